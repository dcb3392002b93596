export { listNotices, type NoticeFilter, type NoticeView, seeNotice, unseeNotice } from './list.ts';
export { endNotice, type NewNotice, type NoticeKind, noteOnce, raiseNotice } from './raise.ts';
export { type NoticeParts, startNotices } from './sender.ts';
export { pathOf, subjectOf } from './subject.ts';
