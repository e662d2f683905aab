import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from 'recharts';
import type { FollowupStats, SurveyStats } from '../../api/client';
import { inDigits, percent } from '../../words/numbers';
import { shortDate } from '../../words/times';
import styles from './numbers.module.css';
import { scoreInWords, scoreRanges } from './survey-score';

type Day = FollowupStats['daily'][number];

const colours = {
  sent: 'color-mix(in srgb, var(--accent) 30%, var(--surface))',
  responded: 'var(--accent)',
  rate: 'var(--warn)',
  score: 'var(--good)',
};
const axis = { stroke: 'var(--border)', tick: { fill: 'var(--text-muted)', fontSize: 12 }, tickLine: false };

/**
 * Sent and responded as bars, the response rate as a line, and the score of a survey as another, from its worst to its
 * best. `label` says it in words; a table beside it has the numbers.
 */
export function DailyChart({
  daily,
  survey,
  label,
}: {
  daily: Day[];
  /** null: there is none. */
  survey: SurveyStats['type'] | null;
  label: string;
}) {
  return (
    <figure>
      <figcaption className={styles.legend}>
        <span>
          <i className={styles.swatch} style={{ background: colours.sent }} /> Sent
        </span>
        <span>
          <i className={styles.swatch} style={{ background: colours.responded }} /> Responded
        </span>
        <span>
          <i className={styles.line} style={{ background: colours.rate }} /> Response rate
        </span>
        {survey && (
          <span>
            <i className={styles.line} style={{ background: colours.score }} /> Survey score
          </span>
        )}
      </figcaption>
      <div role="img" aria-label={label} className={styles.chart}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: 240 }}>
          <ComposedChart
            data={daily}
            accessibilityLayer={false}
            barGap="-100%"
            margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
          >
            <CartesianGrid vertical={false} stroke="var(--border)" />
            <XAxis dataKey="date" {...axis} tickFormatter={shortDate} minTickGap={32} />
            <YAxis yAxisId="count" {...axis} axisLine={false} width={40} allowDecimals={false} />
            <YAxis
              yAxisId="rate"
              {...axis}
              axisLine={false}
              orientation="right"
              width={52}
              domain={[0, 1]}
              ticks={[0, 0.25, 0.5, 0.75, 1]}
              tickFormatter={percent}
            />
            {survey && <YAxis yAxisId="score" hide domain={scoreRanges[survey]} />}
            <Tooltip
              content={(props) => <DayTooltip {...props} survey={survey} />}
              cursor={{ fill: 'var(--surface-hover)' }}
              isAnimationActive={false}
            />
            <Bar yAxisId="count" dataKey="sent" fill={colours.sent} radius={[3, 3, 0, 0]} isAnimationActive={false} />
            <Bar
              yAxisId="count"
              dataKey="responded"
              fill={colours.responded}
              radius={[3, 3, 0, 0]}
              isAnimationActive={false}
            />
            <Line
              yAxisId="rate"
              dataKey="responseRate"
              stroke={colours.rate}
              strokeWidth={1.5}
              dot={daily.length <= 7}
              connectNulls
              isAnimationActive={false}
            />
            {survey && (
              <Line
                yAxisId="score"
                dataKey="surveyScore"
                stroke={colours.score}
                strokeWidth={1.5}
                dot={daily.length <= 7}
                connectNulls
                isAnimationActive={false}
              />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}

function DayTooltip({ active, payload, survey }: TooltipContentProps & { survey: SurveyStats['type'] | null }) {
  const day: Day | undefined = payload[0]?.payload;
  if (!active || !day) return null;
  return (
    <div className={styles.tooltip}>
      <strong>{shortDate(day.date)}</strong>
      {inDigits(day.sent)} sent, {inDigits(day.responded)} responded ({percent(day.responseRate)})
      {survey && `, survey score ${scoreInWords({ type: survey, score: day.surveyScore })}`}
    </div>
  );
}
