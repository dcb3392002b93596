export { applyChanges, type Change, type Changed, type Declared } from './change.ts';
export { countMatching, countProfiles } from './count.ts';
export { countHappened, listHappened, type Place } from './happened.ts';
export { type HistoryEntry, listHistory } from './history.ts';
export { type Identifier, identifier, phoneOf } from './identifier.ts';
export { mergeProfiles } from './merge.ts';
export { listProfileNames } from './names.ts';
export {
  findProfile,
  getProfile,
  listProfiles,
  listTimeline,
  type ProfileView,
  type TimelineRow,
} from './read.ts';
export { type ProfileSearch, type SearchPlace, searchProfiles } from './search.ts';
export { newProfile, type ProfileRow, type ProfileState, profileFromRow, StoredProfile } from './state.ts';
