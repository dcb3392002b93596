import { Page } from '../../components/index.ts';

export default function Delivery() {
  return <Page title="Delivery">…</Page>;
}
