import { findSurveyedDelivery, recordSurveyAnswer } from '../../db/queries/survey-answers';
import { isScoreOf } from '../../surveys/scales';
import { requireChannel } from '../authenticate';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { invalidField, notFound } from '../problems';
import { deliveryParams } from '../schemas/params';
import { surveyAnswer, surveyAnswerInput } from '../schemas/surveys';
import { scoreOutOfRange } from '../survey-scores';

export function surveyAnswerOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const answer = operation(
    {
      method: 'post',
      path: '/v1/deliveries/{deliveryId}/survey-answer',
      name: 'answerSurvey',
      tag: 'Deliveries',
      summary: 'Report the answer to a survey',
      description:
        'For gateways that ask the question themselves, instead of giving the user the link. A later answer, here or on the page, replaces the earlier one.',
      scopes: ['gateway'],
      rateLimit: 'events',
      params: deliveryParams,
      body: surveyAnswerInput,
      answers: { 200: { description: 'The answer, as it is kept.', schema: surveyAnswer } },
    },
    async ({ params, body, principal, deadline }) => {
      const delivery = await deadline.database(findSurveyedDelivery(db, params.deliveryId));
      if (!delivery) throw notFound('delivery');
      requireChannel(principal, delivery.channelId);
      if (delivery.type === null) {
        throw invalidField(
          'deliveryId',
          'no_survey',
          'This delivery has no survey: give one of a followup with a "surveyType", for example "csat".',
        );
      }
      if (!delivery.reached) {
        throw invalidField(
          'deliveryId',
          'not_sent',
          'This delivery was not sent, so nobody can have answered it: give one with the status "sent", for example.',
        );
      }
      if (!isScoreOf(delivery.type, body.score)) {
        throw scoreOutOfRange(delivery.type);
      }
      const at = new Date(deps.clock());
      await deadline.database(recordSurveyAnswer(db, delivery.id, { ...body, at }));
      return { status: 200, body: { ...body, at: at.toISOString() } };
    },
  );

  return [answer];
}
