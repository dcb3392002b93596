import { Page } from '../../components/index.ts';

export default function Inspector() {
  return <Page title="Inspector">…</Page>;
}
