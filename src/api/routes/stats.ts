import { readAgentCounts } from '../../db/queries/agent-stats';
import { findAgent } from '../../db/queries/agents';
import {
  type CountedFollowup,
  Counts,
  countedFollowups,
  findCountedChannel,
  findCountedFollowup,
  readDeliveryStats,
} from '../../db/queries/delivery-stats';
import type { SurveyType } from '../../db/schema';
import { scoresOf, surveyScore, surveyTypes } from '../../surveys/scales';
import { createCountFolder } from '../count-folder';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { notFound } from '../problems';
import { agentParams, channelParams, followupParams } from '../schemas/params';
import {
  type AgentStatsAnswer,
  agentStatsAnswer,
  agentStatsQuery,
  type ChannelStatsAnswer,
  channelStatsAnswer,
  channelStatsQuery,
  type FollowupStatsAnswer,
  followupStatsAnswer,
  followupStatsQuery,
} from '../schemas/stats';
import { coveredDates, recentRange, statsRange } from '../stats-range';

const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);

const sendsOf = (counts: Counts) => {
  const [sent, responded] = [counts.total('sent'), counts.total('responded')];
  return { sent, unknown: counts.total('unknown'), responded, responseRate: share(responded, sent) };
};

const figuresOf = (counts: Counts, medianSeconds: number | undefined) => {
  const [resolved, unresolved] = [counts.total('resolved'), counts.total('unresolved')];
  return {
    ...sendsOf(counts),
    medianSecondsToResponse: medianSeconds ?? null,
    resolution: { resolved, unresolved, rate: share(resolved, resolved + unresolved) },
  };
};

const surveyOf = (type: SurveyType, counts: Counts) => ({
  type,
  answers: counts.total(type),
  score: surveyScore(type, (score) => counts.of(type, score)),
  distribution: Object.fromEntries(scoresOf(type).map((score) => [String(score), counts.of(type, score)])),
});

/** The survey that a followup has; where it has none any more, the one that it has most answers to. */
function surveyTypeOf(followup: CountedFollowup, counts: Counts): SurveyType | null {
  if (followup.surveyType !== null) return followup.surveyType;
  const answered = surveyTypes.filter((type) => counts.total(type) > 0);
  return answered.sort((one, other) => counts.total(other) - counts.total(one))[0] ?? null;
}

const nothing = new Counts();

const agentStatsDays = 30;

export function statsOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;
  const folder = createCountFolder(deps);

  const ofFollowup = operation(
    {
      method: 'get',
      path: '/v1/followups/{followupId}/stats',
      name: 'getFollowupStats',
      tag: 'Numbers',
      summary: 'How a followup does',
      description:
        'Everything counts for the day on which it was sent, in the time zone that the agent had then: a response that came later, too. What erased conversations had counted for stays in `sent` and `responded`.',
      scopes: ['read'],
      params: followupParams,
      query: followupStatsQuery,
      answers: { 200: { description: 'The numbers.', schema: followupStatsAnswer } },
    },
    async ({ params, query, deadline }) => {
      const followup = await deadline.database(findCountedFollowup(db, params.followupId));
      if (!followup) throw notFound('followup');
      const range = statsRange(query, followup.timeZone, deps.clock());
      const scope = { followupId: followup.id, channelId: query.channelId };
      const { byFollowup, byDate, medianSeconds } = await deadline.database(readDeliveryStats(db, scope, range));
      folder.fold();
      const counts = byFollowup.get(followup.id) ?? nothing;
      const type = surveyTypeOf(followup, counts);
      const dates = coveredDates(range, followup.createdAt, byDate.keys(), deps.clock());
      const body: FollowupStatsAnswer = {
        followupId: followup.id,
        channelId: query.channelId ?? null,
        ...range,
        ...figuresOf(counts, medianSeconds.get('')),
        survey: type && surveyOf(type, counts),
        daily: dates.map((date) => {
          const ofDay = byDate.get(date) ?? nothing;
          const survey = type && surveyOf(type, ofDay);
          return { date, ...sendsOf(ofDay), surveyAnswers: survey?.answers ?? 0, surveyScore: survey?.score ?? null };
        }),
      };
      return { status: 200, body };
    },
  );

  const ofChannel = operation(
    {
      method: 'get',
      path: '/v1/channels/{channelId}/stats',
      name: 'getChannelStats',
      tag: 'Numbers',
      summary: 'How the followups of a channel do',
      description:
        'All of them together, and each of them, to compare. Counted as for a followup; the resolution counts a session once for each followup that was sent in it.',
      scopes: ['read'],
      params: channelParams,
      query: channelStatsQuery,
      answers: { 200: { description: 'The numbers.', schema: channelStatsAnswer } },
    },
    async ({ params, query, deadline }) => {
      const channel = await deadline.database(findCountedChannel(db, params.channelId));
      if (!channel) throw notFound('channel');
      const range = statsRange(query, channel.timeZone, deps.clock());
      const scope = { followupId: undefined, channelId: params.channelId };
      const { byFollowup, byDate, medianSeconds } = await deadline.database(readDeliveryStats(db, scope, range));
      const rules = await deadline.database(countedFollowups(db, params.channelId, [...byFollowup.keys()]));
      folder.fold();
      const together = new Counts();
      for (const counts of byFollowup.values()) together.addAll(counts);
      const dates = coveredDates(range, channel.createdAt, byDate.keys(), deps.clock());
      const body: ChannelStatsAnswer = {
        channelId: params.channelId,
        ...range,
        ...figuresOf(together, medianSeconds.get('')),
        surveys: surveyTypes
          .filter((type) => together.total(type) > 0 || rules.some((rule) => rule.surveyType === type))
          .map((type) => surveyOf(type, together)),
        followups: rules.map((rule) => {
          const counts = byFollowup.get(rule.id) ?? nothing;
          const type = surveyTypeOf(rule, counts);
          return {
            followupId: rule.id,
            title: rule.title,
            status: rule.status,
            ...figuresOf(counts, medianSeconds.get(rule.id)),
            survey: type && surveyOf(type, counts),
          };
        }),
        daily: dates.map((date) => ({ date, ...sendsOf(byDate.get(date) ?? nothing) })),
      };
      return { status: 200, body };
    },
  );

  const ofAgent = operation(
    {
      method: 'get',
      path: '/v1/agents/{agentId}/stats',
      name: 'getAgentStats',
      tag: 'Numbers',
      summary: 'What was sent of each followup of an agent',
      description: 'For a list of all of them, by day, in one call. Counted as for a followup.',
      scopes: ['read'],
      params: agentParams,
      query: agentStatsQuery,
      answers: { 200: { description: 'The numbers.', schema: agentStatsAnswer } },
    },
    async ({ params, query, deadline }) => {
      const agent = await deadline.database(findAgent(db, params.agentId));
      if (!agent) throw notFound('agent');
      const range = recentRange(query, agentStatsDays, agent.timeZone, deps.clock());
      const counted = await deadline.database(readAgentCounts(db, agent.id, range));
      folder.fold();
      const body: AgentStatsAnswer = {
        agentId: agent.id,
        ...range,
        followups: counted.map(({ followupId, sent, unknown, responded, daily }) => ({
          ...{ followupId, sent, unknown, responded },
          responseRate: share(responded, sent),
          daily,
        })),
      };
      return { status: 200, body };
    },
  );

  return [ofFollowup, ofChannel, ofAgent];
}
