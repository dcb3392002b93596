import { Page } from '../../components/index.ts';

export default function Webhook() {
  return <Page title="Webhook">…</Page>;
}
