import { Page } from '../../components/index.ts';

export default function Home() {
  return <Page title="Home">…</Page>;
}
