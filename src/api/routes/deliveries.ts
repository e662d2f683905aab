import { type DeliveryDetails, findDelivery, listDeliveries } from '../../db/queries/deliveries';
import { conversationMatch } from '../conversations';
import { toPage } from '../cursor';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { pageRequest } from '../page-request';
import { notFound } from '../problems';
import { page } from '../schemas/common';
import { type DeliveryAnswer, deliveryAnswer, deliveryListQuery } from '../schemas/deliveries';
import { deliveryParams } from '../schemas/params';
import { temporalLink } from '../session-answer';
import { timeRange } from '../time-range';

const iso = (at: Date | null) => at?.toISOString() ?? null;

function surveyAnswerOf({ surveyScore, surveyComment, surveyAnsweredAt }: DeliveryDetails['delivery']) {
  if (surveyScore === null || surveyAnsweredAt === null) return null;
  return { score: surveyScore, comment: surveyComment, at: surveyAnsweredAt.toISOString() };
}

function toAnswer(deps: ApiDeps, { delivery, workflowId, runId, attempts }: DeliveryDetails): DeliveryAnswer {
  const { responseAt } = delivery;
  // What may have been sent counts from when it was to be.
  const sentAt = delivery.sentAt ?? delivery.sendAt;
  return {
    id: delivery.id,
    followupId: delivery.followupId,
    followupRevision: delivery.followupRevision,
    sessionId: delivery.sessionId,
    channelId: delivery.channelId,
    agentId: delivery.agentId,
    conversationId: delivery.conversationId,
    message: delivery.message,
    status: delivery.status,
    reason: delivery.reason,
    detail: delivery.detail,
    anchorAt: delivery.anchorAt.toISOString(),
    dueAt: delivery.dueAt.toISOString(),
    sendAt: delivery.sendAt.toISOString(),
    sentAt: iso(delivery.sentAt),
    expiresAt: iso(delivery.expiresAt),
    decidedOn: delivery.decidedOn,
    gatewayMessageId: delivery.gatewayMessageId,
    surveyType: delivery.surveyType,
    attempts: attempts.map((attempt) => ({
      at: attempt.claimedAt.toISOString(),
      askedAt: iso(attempt.askedAt),
      outcome: attempt.outcome,
      httpStatus: attempt.httpStatus,
      durationMs: attempt.durationMs,
    })),
    receipt:
      delivery.receiptStatus === null || delivery.receiptAt === null
        ? null
        : { status: delivery.receiptStatus, code: delivery.receiptCode, at: delivery.receiptAt.toISOString() },
    response:
      responseAt === null
        ? null
        : { at: responseAt.toISOString(), afterSeconds: Math.max(0, responseAt.getTime() - sentAt.getTime()) / 1_000 },
    surveyAnswer: surveyAnswerOf(delivery),
    temporal: temporalLink(deps.temporalUi, { workflowId, runId }),
    createdAt: delivery.createdAt.toISOString(),
    updatedAt: delivery.updatedAt.toISOString(),
  };
}

const tag = 'Deliveries';

export function deliveryOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const list = operation(
    {
      method: 'get',
      path: '/v1/deliveries',
      name: 'listDeliveries',
      tag,
      summary: 'List deliveries',
      description: 'What waits for its first due time is no delivery yet: see the session.',
      scopes: ['read'],
      query: deliveryListQuery,
      answers: { 200: { description: 'A page.', schema: page(deliveryAnswer) } },
    },
    async ({ query, deadline }) => {
      const { limit: _limit, cursor: _cursor, conversationId, from: _from, to: _to, ...equal } = query;
      const range = timeRange(query);
      const request = pageRequest(query, 'dlv');
      const conversation = await conversationMatch(deps, conversationId, deadline);
      const filter = {
        agentId: equal.agentId,
        channelId: equal.channelId,
        followupId: equal.followupId,
        sessionId: equal.sessionId,
        status: equal.status,
        reason: equal.reason,
        gatewayMessageId: equal.gatewayMessageId,
        conversation,
        ...range,
      };
      const found = await deadline.database(listDeliveries(db, filter, request));
      const { rows, nextCursor } = toPage(
        found.map((details) => ({ ...details, id: details.delivery.id, createdAt: details.delivery.createdAt })),
        query.limit,
      );
      return { status: 200, body: { items: rows.map((row) => toAnswer(deps, row)), nextCursor } };
    },
  );

  const read = operation(
    {
      method: 'get',
      path: '/v1/deliveries/{deliveryId}',
      name: 'getDelivery',
      tag,
      summary: 'Read a delivery',
      scopes: ['read'],
      params: deliveryParams,
      answers: { 200: { description: 'The delivery.', schema: deliveryAnswer } },
    },
    async ({ params, deadline }) => {
      const found = await deadline.database(findDelivery(db, params.deliveryId));
      if (!found) throw notFound('delivery');
      return { status: 200, body: toAnswer(deps, found) };
    },
  );

  return [list, read];
}
