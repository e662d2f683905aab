import { type Authenticator, requireChannel } from '../authenticate';
import type { ApiDeps } from '../deps';
import { decodePosition } from '../event-position';
import { streamEvents } from '../event-stream';
import { type Operation, operation } from '../operation';
import { ApiProblem } from '../problems';
import { RequestDeadline } from '../request-deadline';
import { eventStream, eventsQuery, eventTypes } from '../schemas/events';

/** Each keeps a connection open, and takes some work for every event. */
export const maxStreams = 200;

export function eventOperations(deps: ApiDeps, authenticator: Authenticator): Operation[] {
  const { events: feed, clock } = deps;

  const stream = operation(
    {
      method: 'get',
      path: '/v1/events',
      name: 'streamEvents',
      tag: 'Events',
      summary: 'Follow sessions and deliveries as they happen',
      description: [
        'Server-sent events, each with `id`, `event` and `data` (JSON, see the schema StreamEvent), in one order that is the same for everybody. The stream stays open; after a cut it goes on where it was with the id of the last event as `Last-Event-ID`, and nothing is missed or told twice. Without an id it begins now. An event without data is none, but its id counts.',
        `Types: ${eventTypes.map((type) => `\`${type}\``).join(', ')}.`,
        'Events come within about a second, and are kept for 7 days; those of an erased conversation are not. A line that begins with a colon comes every 15 seconds. Who reads too slowly is cut off, and may come back. A gateway key hears of the channels that it is bound to.',
      ].join('\n\n'),
      scopes: ['read', 'gateway'],
      query: eventsQuery,
      resumable: true,
      answers: { 200: { description: 'The stream.', schema: eventStream, mediaType: 'text/event-stream' } },
    },
    async ({ query, principal, lastEventId: header, deadline }) => {
      if (query.channelId !== undefined) requireChannel(principal, query.channelId);
      const channelIds = query.channelId === undefined ? principal.channelIds : [query.channelId];
      const lastEventId = header ?? query.lastEventId;
      if (feed.size >= maxStreams) {
        throw new ApiProblem('too_many_requests', 'Too many streams of events are open here.', [], {
          'Retry-After': '10',
        });
      }
      const after =
        lastEventId === undefined ? await deadline.database(feed.present()) : decodePosition(lastEventId, clock());
      return {
        status: 200,
        stream: (req, res) =>
          streamEvents(req, res, {
            feed,
            after,
            channelIds: channelIds === null ? null : new Set(channelIds),
            stillAllowed: async () => {
              await authenticator.authenticate(req.headers, new RequestDeadline());
            },
            clock,
          }),
      };
    },
  );

  return [stream];
}
