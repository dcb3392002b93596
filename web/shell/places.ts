import {
  IconActivity,
  IconAddressBook,
  IconArrowsExchange,
  IconGauge,
  IconHome,
  IconRoute,
  IconServer2,
  IconSettings,
  IconTemplate,
  IconWebhook,
  IconZoomCode,
} from '@tabler/icons-react';

interface Place {
  to: string;
  label: string;
  icon: typeof IconHome;
  /** Shown to those alone who may do this. */
  action?: string;
}

/** What stands in the side bar. */
export const PLACES: readonly Place[] = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/profiles', label: 'Profiles', icon: IconAddressBook },
  { to: '/scenarios', label: 'Scenarios', icon: IconRoute },
  { to: '/webhooks', label: 'Webhooks', icon: IconWebhook },
  { to: '/presets', label: 'Presets', icon: IconTemplate },
  { to: '/deliveries', label: 'Deliveries', icon: IconArrowsExchange },
  { to: '/policies', label: 'Policies', icon: IconGauge },
  { to: '/origins', label: 'Origins', icon: IconServer2 },
  { to: '/inspectors', label: 'Inspector', icon: IconZoomCode, action: 'read_bodies' },
  { to: '/operations', label: 'Operations', icon: IconActivity, action: 'read_operations' },
  { to: '/settings', label: 'Settings', icon: IconSettings },
];
