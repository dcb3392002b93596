export { type Acknowledged, type ProfileChange, updateProfile, upsertProfile } from './change.ts';
export { createDoor, type Door, NotCommitted, type Refused, type Sender } from './door.ts';
export { MAX_MESSAGE_BYTES } from './message.ts';
export { purgeIngest } from './rejections.ts';
export { Raced, resolve } from './resolve.ts';
