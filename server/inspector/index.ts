export { type InspectorAnswers, inspectorAnswer, inspectorAnswers } from './answer.ts';
export { insideInspectors, isInspectorUrl } from './inside.ts';
export { KEPT_BYTES, purgeInspectors, type ReceiveParts, receive } from './receive.ts';
export {
  changeInspector,
  createInspector,
  deleteInspector,
  emptyInspector,
  getInspector,
  type Inspector,
  type InspectorRequest,
  listInspectorRequests,
  listInspectors,
  MAX_INSPECTORS,
} from './store.ts';
