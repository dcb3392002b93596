export { type Acknowledged, type ProfileChange, updateProfile, upsertProfile } from './change.ts';
export { createDoor, type Door, NotCommitted, type Sender } from './door.ts';
export { MAX_MESSAGE_BYTES } from './message.ts';
export { purgeIngest, type Refused } from './rejections.ts';
