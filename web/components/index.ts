export { Bytes } from './Bytes.tsx';
export { Copy, CopyBlock } from './Copy.tsx';
export { CursorList } from './CursorList.tsx';
export { Empty } from './Empty.tsx';
export { Failure } from './Failure.tsx';
export { Page } from './Page.tsx';
export { Reason } from './Reason.tsx';
export { State } from './State.tsx';
export { When } from './When.tsx';
