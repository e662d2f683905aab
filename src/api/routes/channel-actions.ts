import { findChannel, updateChannel } from '../../db/queries/channels';
import { lockChannels, raisePlanRevisions } from '../../db/queries/plan-revisions';
import { readReportedSides } from '../../db/queries/reported-sides';
import { audit } from '../audit';
import { channelHealth } from '../channel-health';
import { sendChannelTest } from '../channel-test';
import type { ApiDeps } from '../deps';
import { checkIfMatch, etag } from '../etag';
import { type Operation, operation } from '../operation';
import { ApiProblem, notFound } from '../problems';
import { startRollouts } from '../rollouts';
import { channelHealthAnswer, channelTestAnswer, secretRotatedAnswer } from '../schemas/channel-actions';
import { channelAnswer } from '../schemas/channels';
import { channelParams } from '../schemas/params';
import { audited, hasTrouble, newSigningSecret, resumed, toAnswer } from './channels';

/** How long the secret before goes on signing, beside the new one. */
const previousSecretMs = 24 * 3_600_000;

/** What the sessions of a channel are looked at for: see `reportsOnlyOneSide`. */
const sidesOfMs = 7 * 86_400_000;
const sidesOfSessions = 200;

const tag = 'Channels';

export function channelActionOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const rotate = operation(
    {
      method: 'post',
      path: '/v1/channels/{channelId}/rotate-secret',
      name: 'rotateChannelSecret',
      tag,
      summary: 'Give a channel a new signing secret',
      description:
        'The answer shows it, once. For 24 hours everything is signed with the secret before as well, so that the gateway can change over; rotating again within that time ends the older one at once.',
      scopes: ['admin'],
      params: channelParams,
      conditional: true,
      idempotent: true,
      answers: { 200: { description: 'The new secret.', schema: secretRotatedAnswer, headers: ['ETag'] } },
    },
    ({ params, ifMatch, principal, deadline, keepAnswer }) =>
      deadline.database(
        db.transaction(async (tx) => {
          const [before] = await lockChannels(tx, [params.channelId]);
          if (!before || before.deletedAt) throw notFound('channel');
          checkIfMatch(ifMatch, before.revision);
          if (before.type === 'webchat') {
            throw new ApiProblem('conflict', 'A web chat has no signing secret: nothing is sent to a gateway.');
          }
          const signingSecret = newSigningSecret();
          const now = new Date(deps.clock());
          const until = new Date(now.getTime() + previousSecretMs);
          const row = await updateChannel(tx, before.id, {
            signingSecret: deps.secretBox.encrypt(signingSecret),
            previousSigningSecret: before.signingSecret,
            previousSigningSecretUntil: until,
            revision: before.revision + 1,
            updatedAt: now,
          });
          const change = { action: 'rotate_secret', kind: 'channel', thingId: row.id, at: now } as const;
          await audit(tx, principal, { ...change, before: audited(before), after: audited(row) });
          const answer = {
            status: 200,
            body: { ...toAnswer(row), signingSecret, previousSecretValidUntil: until.toISOString() },
            headers: { ETag: etag(row.revision) },
          };
          await keepAnswer(tx, answer);
          return answer;
        }),
      ),
  );

  const test = operation(
    {
      method: 'post',
      path: '/v1/channels/{channelId}/test',
      name: 'testChannel',
      tag,
      summary: 'Send a signed test to the gateway',
      description:
        'As a followup is sent, with `test: true` and ids that no followup has. It is no delivery, and neither resumes nor pauses the channel. Answered when the gateway has answered, after 10 seconds at most.',
      scopes: ['admin'],
      params: channelParams,
      answers: { 200: { description: 'What was sent, and what came back.', schema: channelTestAnswer } },
      problems: [409],
    },
    async ({ params, deadline }) => {
      const row = await deadline.database(findChannel(db, params.channelId));
      if (!row) throw notFound('channel');
      if (row.endpointUrl === null) {
        throw new ApiProblem('conflict', 'This channel has no endpoint: its gateway is part of the service.');
      }
      return { status: 200, body: await sendChannelTest(deps, row, row.endpointUrl) };
    },
  );

  const resume = operation(
    {
      method: 'post',
      path: '/v1/channels/{channelId}/resume',
      name: 'resumeChannel',
      tag,
      summary: 'Let a paused channel send again',
      description: 'What was held goes out at once, as far as it is still wanted. Again changes nothing.',
      scopes: ['admin'],
      params: channelParams,
      conditional: true,
      answers: { 200: { description: 'The channel as it is now.', schema: channelAnswer, headers: ['ETag'] } },
    },
    async ({ params, ifMatch, principal, deadline }) => {
      const { row, raised } = await deadline.database(
        db.transaction(async (tx) => {
          const [before] = await lockChannels(tx, [params.channelId]);
          if (!before || before.deletedAt) throw notFound('channel');
          checkIfMatch(ifMatch, before.revision);
          if (!hasTrouble(before)) return { row: before, raised: [] };
          const now = new Date(deps.clock());
          // Sessions hold back until they are told.
          await raisePlanRevisions(tx, [before.id]);
          const after = await updateChannel(tx, before.id, {
            ...resumed,
            revision: before.revision + 1,
            updatedAt: now,
          });
          const change = { action: 'resume', kind: 'channel', thingId: after.id, at: now } as const;
          await audit(tx, principal, { ...change, before: audited(before), after: audited(after) });
          return { row: after, raised: [after.id] };
        }),
      );
      startRollouts(deps, raised);
      return { status: 200, body: toAnswer(row), headers: { ETag: etag(row.revision) } };
    },
  );

  const health = operation(
    {
      method: 'get',
      path: '/v1/channels/{channelId}/health',
      name: 'getChannelHealth',
      tag,
      summary: 'Ask how the gateway of a channel is doing',
      scopes: ['read', 'gateway'],
      params: channelParams,
      answers: { 200: { description: 'Its health.', schema: channelHealthAnswer } },
    },
    async ({ params, deadline }) => {
      const row = await deadline.database(findChannel(db, params.channelId));
      if (!row) throw notFound('channel');
      const since = new Date(deps.clock() - sidesOfMs);
      const sides = await deadline.database(readReportedSides(db, row.id, since, sidesOfSessions));
      return { status: 200, body: channelHealth(row, sides) };
    },
  );

  return [rotate, test, resume, health];
}
