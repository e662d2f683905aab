import type { Decision } from '../../api/client';
import { useAgent } from '../../shell/agent';
import { Badge, Card, Time } from '../../ui';
import { reasonNames } from '../../words/reasons';
import { statuses } from '../../words/statuses';
import { Latest } from './latest';
import styles from './session-details.module.css';

/** What was decided, silence by silence, and what was known then. */
export function Decisions({ decisions, titleOf }: { decisions: Decision[]; titleOf: (followupId: string) => string }) {
  const { identity } = useAgent();
  const time = (at: string) => <Time at={at} timeZone={identity.timeZone} seconds />;
  if (decisions.length === 0) return null;
  return (
    <Card title="Decisions" description="What was decided about each followup, and on what ground.">
      <Latest items={decisions} count={8} what="decisions">
        {(shown) => (
          <ol className={styles.decisions}>
            {shown.map(({ at, followupId, anchorAt, status, reason, detail, decidedOn }) => (
              <li key={`${at} ${followupId} ${anchorAt}`}>
                <div className={styles.decision}>
                  <Badge tone={statuses[status].tone}>{statuses[status].label}</Badge>
                  <span className={styles.title}>{titleOf(followupId)}</span>
                </div>
                <div className={styles.known}>
                  {time(at)} · <span title={detail ? `${reason}: ${detail}` : reason}>{reasonNames[reason]}</span>
                </div>
                <div className={styles.known}>
                  Silence since {time(anchorAt)} · plan {decidedOn.planRevision}
                  {decidedOn.availableUntil && (
                    <>
                      {' '}
                      · available until <Time at={decidedOn.availableUntil} timeZone={identity.timeZone} />
                    </>
                  )}
                </div>
              </li>
            ))}
          </ol>
        )}
      </Latest>
    </Card>
  );
}
