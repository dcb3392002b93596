import { Box, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Copy, Facts, Ref, Section, State, When, Who } from '../../components/index.ts';
import type { GetDeliveriesIdResponse } from '../../data/api/index.ts';
import { useNames } from '../../data/names.ts';
import { reasonInWords } from './reasons.ts';

type Delivery = GetDeliveriesIdResponse;

/** Why it stands where it stands, in words: how it ended, or what it waits for. */
export function Why({ delivery }: { delivery: Delivery }) {
  const { state, reason } = delivery;
  if (delivery.held)
    return (
      <Note tone="wait" title="Held">
        Its scenario is paused. It goes on once{' '}
        {delivery.scenario ? <Ref to={`/scenarios/${delivery.scenario}`}>the scenario</Ref> : 'it'} is resumed.
      </Note>
    );
  if (delivery.next_try_at && delivery.tries > 0) {
    const last = delivery.attempts.at(-1);
    return (
      <Note tone="wait" title={<>Next try {<When at={delivery.next_try_at} both />}</>}>
        {last?.reason ?? 'The last try did not work.'} {delivery.tries} {delivery.tries === 1 ? 'try' : 'tries'} so far.
      </Note>
    );
  }
  if (!reason) return null;
  return (
    <Note
      tone={state === 'failed' ? 'bad' : state === 'halted' ? 'wait' : 'quiet'}
      title={`${state}: ${reasonInWords(reason.code)}`}
    >
      {reason.message}{' '}
      <Ref to="/deliveries" search={{ webhook: delivery.webhook, state, reason: reason.code }}>
        Others of this webhook with this reason
      </Ref>
    </Note>
  );
}

function Note(props: { tone: 'wait' | 'bad' | 'quiet'; title: ReactNode; children: ReactNode }) {
  return (
    <Box className="panel" p="sm" style={{ borderLeft: `3px solid var(--${props.tone})` }}>
      <Text fw={600}>{props.title}</Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {props.children}
      </Text>
    </Box>
  );
}

/** What was sent for whom, by what, when. */
export function What({ delivery }: { delivery: Delivery }) {
  const nameOf = useNames();
  const { next_try_at, scenario, step, event, resend_of } = delivery;
  return (
    <Section title="What it is">
      <Facts
        rows={[
          ['State', <State key="s" of={delivery.state} note={delivery.held ? 'held' : null} />],
          ...(next_try_at ? [['Next try', <When key="n" at={next_try_at} both />] as const] : []),
          [
            'Webhook',
            <Ref key="w" to={`/webhooks/${delivery.webhook}`}>
              {nameOf(delivery.webhook)}
            </Ref>,
          ],
          [
            'Scenario',
            scenario ? (
              <Text key="c" span>
                <Ref to={`/scenarios/${scenario}`} search={{ profile: delivery.profile }}>
                  {nameOf(scenario)}
                </Ref>
                , version {delivery.scenario_version}, step{' '}
                <Ref to="/deliveries" search={{ scenario, ...(step !== null && { step }) }}>
                  {step}
                </Ref>
              </Text>
            ) : (
              '–'
            ),
          ],
          [
            'Profile',
            <Text key="p" span>
              <Who id={delivery.profile} />{' '}
              <Ref to="/deliveries" search={{ profile: delivery.profile }}>
                all its deliveries
              </Ref>
            </Text>,
          ],
          ...(event
            ? [
                [
                  'Event',
                  <span key="v" className="mono">
                    {event}
                  </span>,
                ] as const,
              ]
            : []),
          ['Queued', <When key="q" at={delivery.queued_at} both />],
          ['Ended', delivery.ended_at ? <When key="e" at={delivery.ended_at} both /> : '–'],
          ['Tries', delivery.tries],
          ...(resend_of
            ? [
                [
                  'Resend of',
                  <Ref key="r" to={`/deliveries/${resend_of}`}>
                    <span className="mono">{resend_of}</span>
                  </Ref>,
                ] as const,
              ]
            : []),
          [
            'Id',
            <Group key="i" gap={4} wrap="nowrap">
              <span className="mono">{delivery.id}</span>
              <Copy text={delivery.id} label="Copy the id" />
            </Group>,
          ],
        ]}
      />
    </Section>
  );
}
