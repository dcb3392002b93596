import { Page } from '../../components/index.ts';

export default function Profiles() {
  return <Page title="Profiles">…</Page>;
}
