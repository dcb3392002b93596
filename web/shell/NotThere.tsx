import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Empty, Page } from '../components/index.ts';

/** What stands at an address that has no page, with the side bar beside it. */
export default function NotThere() {
  return (
    <Page title="Not there">
      <Empty
        action={
          <Button variant="default" component={Link} to="/">
            To Home
          </Button>
        }
      >
        There is no page at this address. Choose one from the menu, or search with Ctrl or ⌘ K.
      </Empty>
    </Page>
  );
}
