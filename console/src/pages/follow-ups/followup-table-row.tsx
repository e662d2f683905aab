import { memo } from 'react';
import type { AgentStats, Followup } from '../../api/client';
import { Badge, classes, Skeleton, Sparkline, Switch, tableStyles } from '../../ui';
import { delayInWords } from '../../words/delays';
import { inDigits, percent, plural } from '../../words/numbers';
import { FollowupLink } from './followup-link';
import { FollowupMenu } from './followup-menu';
import styles from './followups-table.module.css';
import type { FollowupRow } from './rows';
import { trend } from './trend';
import type { FollowupAction } from './use-followup-actions';

export const FollowupTableRow = memo(function FollowupTableRow({
  row: { followup, channels, stats },
  index,
  counted,
  fresh,
  mayEdit,
  onAct,
}: {
  row: FollowupRow;
  index: number;
  counted: AgentStats | null;
  fresh: boolean;
  mayEdit: boolean;
  onAct: (action: FollowupAction, followup: Followup) => void;
}) {
  const { title, delaySeconds, surveyType, status, warnings } = followup;
  const delay = delayInWords(delaySeconds);
  const survey = surveyType && surveyLabels[surveyType];
  const names = channels.map(({ name }) => name);
  const [first, ...others] = names;
  const isActive = status === 'active';
  return (
    <tr aria-rowindex={index + 2} className={classes(styles.row, fresh && styles.fresh)}>
      <td>
        <div className={styles.title}>
          <FollowupLink followup={followup} className={classes(tableStyles.link, styles.name)}>
            {title}
          </FollowupLink>
          {survey && (
            <span className={styles.survey}>
              <Badge>{survey}</Badge>
            </span>
          )}
          {fresh && isActive && <Badge tone="good">Active now</Badge>}
          {warnings.length > 0 && (
            <Badge tone="warn" title={warnings.map(({ message }) => message).join('\n')}>
              Never sent on {plural(warnings.length, 'channel')}
            </Badge>
          )}
        </div>
        <div className={styles.summary}>
          {[delay, survey, names.join(', ') || 'no channel'].filter(Boolean).join(' · ')}
        </div>
        {stats && (
          <div className={styles.summary}>
            {inDigits(stats.sent)} sent{stats.responseRate !== null && ` · ${percent(stats.responseRate)} responded`}
          </div>
        )}
      </td>
      <td className={styles.delay}>{delay}</td>
      <td>
        <span className={styles.channels} title={names.join(', ')}>
          {first && <Badge>{first}</Badge>}
          {others.length > 0 && (
            <span className={styles.more}>
              <Badge>
                +{others.length}
                <span className="sr-only"> more: {others.join(', ')}</span>
              </Badge>
            </span>
          )}
          {names.length === 0 && <span className={tableStyles.muted}>None</span>}
        </span>
      </td>
      <td className={classes(survey === null && tableStyles.muted)}>{survey ?? '–'}</td>
      <td>
        <span className={styles.status}>
          <Switch
            label={`${title} is active`}
            checked={isActive}
            disabled={!mayEdit}
            onChange={(on) => onAct(on ? 'activate' : 'deactivate', followup)}
          />
          <span aria-hidden className={styles.statusName}>
            {isActive ? 'Active' : 'Inactive'}
          </span>
        </span>
      </td>
      <td className={tableStyles.number}>{counted ? inDigits(stats?.sent ?? 0) : <Skeleton width="2rem" />}</td>
      <td className={tableStyles.number}>
        {counted ? (
          <span className={styles.rate}>
            <Trend stats={stats} to={counted.to} />
            <span className={styles.percent}>{percent(stats?.responseRate ?? null)}</span>
          </span>
        ) : (
          <Skeleton width="6rem" />
        )}
      </td>
      <td>
        <FollowupMenu followup={followup} mayEdit={mayEdit} details onAct={onAct} />
      </td>
    </tr>
  );
});

/** The scale is said where there is room for it. */
const surveyLabels = { csat: 'CSAT', nps: 'NPS', ces: 'CES', thumbs: 'Thumbs' } as const;

function Trend({ stats, to }: { stats: FollowupRow['stats']; to: string }) {
  const values = stats ? trend(stats.daily, to) : [];
  const [first, last] = [values[0], values.at(-1)];
  if (values.length < 2 || first === undefined || last === undefined) return null;
  // Each has a scale of its own: the line tells whether it rises, the figure beside it how high it is.
  const peak = Math.max(...values) || 1;
  return (
    <Sparkline
      values={values.map((value) => value / peak)}
      label={`Response rate by week: from ${percent(first)} to ${percent(last)}`}
    />
  );
}
