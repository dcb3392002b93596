import {
  IconAddressBook,
  IconArrowsExchange,
  IconGauge,
  IconHome,
  IconRoute,
  IconServer2,
  IconSettings,
  IconWebhook,
  IconZoomCode,
} from '@tabler/icons-react';

/** What stands in the side bar. */
export const PLACES = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/profiles', label: 'Profiles', icon: IconAddressBook },
  { to: '/scenarios', label: 'Scenarios', icon: IconRoute },
  { to: '/webhooks', label: 'Webhooks', icon: IconWebhook },
  { to: '/deliveries', label: 'Deliveries', icon: IconArrowsExchange },
  { to: '/policies', label: 'Policies', icon: IconGauge },
  { to: '/origins', label: 'Origins', icon: IconServer2 },
  { to: '/inspectors', label: 'Inspector', icon: IconZoomCode },
  { to: '/settings', label: 'Settings', icon: IconSettings },
] as const;
