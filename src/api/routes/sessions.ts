import { findSession, listConversationSessions, listSessions } from '../../db/queries/sessions';
import { requireChannel } from '../authenticate';
import { conversationMatch, storedConversation } from '../conversations';
import { toPage } from '../cursor';
import type { ApiDeps } from '../deps';
import { explainPage } from '../explain-page';
import { explainSession, findConversationSession } from '../explain-session';
import { type Operation, operation } from '../operation';
import { pageRequest } from '../page-request';
import { notFound } from '../problems';
import { page } from '../schemas/common';
import { conversationParams } from '../schemas/conversations';
import { sessionParams } from '../schemas/params';
import { conversationSessionsQuery, sessionAnswer, sessionListQuery } from '../schemas/sessions';
import { timelineAnswer } from '../schemas/timeline';
import { sessionAnswerOf } from '../session-answer';
import { sessionTimeline } from '../session-timeline';
import { timeRange } from '../time-range';

const tag = 'Sessions';

/** How long a session that is being opened is waited for. */
const openingWaitMs = 2_000;

export function sessionOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const live = operation(
    {
      method: 'get',
      path: '/v1/channels/{channelId}/conversations/{conversationId}/session',
      name: 'getConversationSession',
      tag,
      summary: 'Explain the live (or last) session of a conversation',
      description:
        'What will be sent, when, and why, or why not; for a past session what happened, and on what ground.',
      scopes: ['read', 'gateway'],
      params: conversationParams,
      answers: { 200: { description: 'The session.', schema: sessionAnswer } },
    },
    async ({ params, deadline }) => {
      const conversation = await storedConversation(deps, params, deadline);
      const waitUntilMs = deps.clock() + openingWaitMs;
      const row = await deadline.within('The session', findConversationSession(deps, conversation, waitUntilMs));
      if (!row) throw notFound('session');
      return { status: 200, body: await deadline.within('The session', explainSession(deps, row)) };
    },
  );

  const ofConversation = operation(
    {
      method: 'get',
      path: '/v1/channels/{channelId}/conversations/{conversationId}/sessions',
      name: 'listConversationSessions',
      tag,
      summary: 'List the sessions of a conversation',
      scopes: ['read', 'gateway'],
      params: conversationParams,
      query: conversationSessionsQuery,
      answers: { 200: { description: 'A page.', schema: page(sessionAnswer) } },
    },
    async ({ params, query, deadline }) => {
      const request = pageRequest(query, 'ses');
      const conversation = await storedConversation(deps, params, deadline);
      const found = await deadline.database(listConversationSessions(db, conversation, request));
      const { rows, nextCursor } = toPage(found, query.limit);
      return { status: 200, body: { items: await explainPage(deps, rows, deadline), nextCursor } };
    },
  );

  const list = operation(
    {
      method: 'get',
      path: '/v1/sessions',
      name: 'listSessions',
      tag,
      summary: 'List sessions',
      description: 'A gateway key sees the sessions of the channels that it is bound to.',
      scopes: ['read', 'gateway'],
      query: sessionListQuery,
      answers: { 200: { description: 'A page.', schema: page(sessionAnswer) } },
    },
    async ({ query, principal, deadline }) => {
      const { agentId, channelId, status, followupId, reason, gatewayMessageId, has, q } = query;
      const range = timeRange(query);
      const request = pageRequest(query, 'ses');
      if (channelId !== undefined) requireChannel(principal, channelId);
      const conversation = await conversationMatch(deps, query.conversationId, deadline);
      const soughtConversation = await conversationMatch(deps, q, deadline);
      const filter = {
        ...{ agentId, channelId, channelIds: principal.channelIds, conversation, status },
        ...{ followupId, reason, gatewayMessageId, has },
        sought: q === undefined || !soughtConversation ? undefined : { id: q, conversation: soughtConversation },
        ...range,
      };
      const found = await deadline.database(listSessions(db, filter, request));
      const { rows, nextCursor } = toPage(found, query.limit);
      const items =
        query.live === 'false'
          ? rows.map((row) => sessionAnswerOf(deps, row))
          : await explainPage(deps, rows, deadline);
      return { status: 200, body: { items, nextCursor } };
    },
  );

  const read = operation(
    {
      method: 'get',
      path: '/v1/sessions/{sessionId}',
      name: 'getSession',
      tag,
      summary: 'Explain a session',
      scopes: ['read', 'gateway'],
      params: sessionParams,
      answers: { 200: { description: 'The session.', schema: sessionAnswer } },
    },
    async ({ params, principal, deadline }) => {
      const row = await deadline.database(findSession(db, params.sessionId));
      if (!row) throw notFound('session');
      requireChannel(principal, row.channelId);
      return { status: 200, body: await deadline.within('The session', explainSession(deps, row)) };
    },
  );

  const timeline = operation(
    {
      method: 'get',
      path: '/v1/sessions/{sessionId}/timeline',
      name: 'getSessionTimeline',
      tag,
      summary: 'Tell what happened in a session, one thing after the other',
      description:
        "Messages by sender, as the workflow's history has them (the newest 2,000 events of at most 5 runs), and what was decided, attempted, sent and answered. Of what the session decided a moment ago the last may be missing.",
      scopes: ['read', 'gateway'],
      params: sessionParams,
      answers: { 200: { description: 'The timeline.', schema: timelineAnswer } },
    },
    async ({ params, principal, deadline }) => {
      const row = await deadline.database(findSession(db, params.sessionId));
      if (!row) throw notFound('session');
      requireChannel(principal, row.channelId);
      return { status: 200, body: await sessionTimeline(deps, row, deadline) };
    },
  );

  return [live, ofConversation, list, read, timeline];
}
