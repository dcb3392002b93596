import { Page } from '../../components/index.ts';

export default function Docs() {
  return <Page title="Docs">…</Page>;
}
