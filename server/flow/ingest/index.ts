export { type Acknowledged, type ProfileChange, updateProfile, upsertProfile } from './change.ts';
export { cutDeep } from './clean.ts';
export { createDoor, type Door, MAX_CALL, NotCommitted, type Sender } from './door.ts';
export { MAX_MESSAGE_BYTES } from './message.ts';
export { purgeIngest, type Refused } from './rejections.ts';
export { instant } from './time.ts';
