import { Page } from '../../components/index.ts';

export default function Scenario() {
  return <Page title="Scenario">…</Page>;
}
