import { Page } from '../../components/index.ts';

export default function Scenarios() {
  return <Page title="Scenarios">…</Page>;
}
