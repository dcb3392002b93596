import { Page } from '../../components/index.ts';

export default function Profile() {
  return <Page title="Profile">…</Page>;
}
