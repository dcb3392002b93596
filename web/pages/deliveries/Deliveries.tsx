import { Page } from '../../components/index.ts';

export default function Deliveries() {
  return <Page title="Deliveries">…</Page>;
}
