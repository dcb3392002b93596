import { Page } from '../../components/index.ts';

export default function Inspectors() {
  return <Page title="Inspectors">…</Page>;
}
