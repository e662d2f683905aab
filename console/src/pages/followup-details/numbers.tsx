import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { api, type Followup, type FollowupStats } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { usePolling } from '../../api/live';
import { useFilters } from '../../shell/filters';
import { Card, EmptyState, ErrorState, Figure, Figures, Loading, Skeleton } from '../../ui';
import { durationInWords } from '../../words/delays';
import { inDigits, percent, plural } from '../../words/numbers';
import { DailyTable } from './daily-table';
import styles from './numbers.module.css';
import { Range, rangeOf } from './range';
import { SurveyDistribution } from './survey-distribution';
import { scoreInWords, scoreMeanings } from './survey-score';

/** The library of charts is large, so it comes after everything else. */
const DailyChart = lazy(async () => ({ default: (await import('./daily-chart')).DailyChart }));

const dayMs = 86_400_000;

/** How the followup did in the last days: figures, charts, and the same as a table. */
export function Numbers({ followup: { id: followupId } }: { followup: Followup }) {
  const [filters, setFilters] = useFilters<'days'>();
  const days = rangeOf(filters.days);
  const stats = useQuery({
    queryKey: queryKeys.followupStats(followupId, { days }),
    queryFn: () => api.getFollowupStats({ followupId, from: new Date(Date.now() - (days - 1) * dayMs).toISOString() }),
    refetchInterval: usePolling(15_000),
    placeholderData: keepPreviousData,
  });
  const { data } = stats;
  return (
    <section className={styles.numbers} aria-label="Numbers">
      <div className={styles.head}>
        <h2 className={styles.title}>Numbers</h2>
        <Range days={days} onChange={(next) => setFilters({ days: String(next) })} />
      </div>
      {stats.isError && <ErrorState error={stats.error} onRetry={() => void stats.refetch()} />}
      {!stats.isError && <Sums stats={data} />}
      {data && (
        <Card
          title="By day"
          description={`Counted for the day on which the followup was sent, in ${data.timeZone.replaceAll('_', ' ')}.`}
        >
          {data.sent + data.unknown === 0 ? (
            <EmptyState title="Nothing was sent in these days">
              As soon as the followup is sent, its days appear here.
            </EmptyState>
          ) : (
            <div className={styles.charts}>
              <Suspense fallback={<Loading label="Loading the chart" />}>
                <DailyChart daily={data.daily} survey={data.survey?.type ?? null} label={chartLabel(data, days)} />
              </Suspense>
              <DailyTable daily={data.daily} survey={data.survey?.type ?? null} />
            </div>
          )}
        </Card>
      )}
      {data?.survey && <SurveyDistribution survey={data.survey} />}
    </section>
  );
}

const chartLabel = ({ sent, responded, responseRate, survey }: FollowupStats, days: number) =>
  `Sent and responded by day, the last ${days} days: ${inDigits(sent)} sent, ${inDigits(responded)} responded, response rate ${percent(responseRate)}${survey ? `, survey score ${scoreInWords(survey)}` : ''}.`;

function Sums({ stats }: { stats: FollowupStats | undefined }) {
  const value = (of: (stats: FollowupStats) => string) =>
    stats ? of(stats) : <Skeleton width="4rem" height="1.8rem" />;
  return (
    <Figures>
      <Figure label="Sent" value={value(({ sent }) => inDigits(sent))} />
      <Figure label="Responded" value={value(({ responded }) => inDigits(responded))} />
      <Figure label="Response rate" value={value(({ responseRate }) => percent(responseRate))} />
      <Figure
        label="Median time to respond"
        value={value(({ medianSecondsToResponse: median }) => (median === null ? '–' : durationInWords(median)))}
      />
      {stats?.survey && (
        <Figure
          label="Survey score"
          value={scoreInWords(stats.survey)}
          note={`${scoreMeanings[stats.survey.type]}, ${plural(stats.survey.answers, 'answer')}`}
        />
      )}
      {stats !== undefined && stats.unknown > 0 && (
        <Figure label="Unknown" value={inDigits(stats.unknown)} note="The gateway’s answer was lost" />
      )}
    </Figures>
  );
}
