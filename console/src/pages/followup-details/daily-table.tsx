import type { FollowupStats, SurveyStats } from '../../api/client';
import { Disclosure, Heading, Table, tableStyles } from '../../ui';
import { inDigits, percent } from '../../words/numbers';
import { shortDate } from '../../words/times';
import styles from './numbers.module.css';
import { scoreInWords } from './survey-score';

/** The chart's numbers as a table, the newest day first. */
export function DailyTable({
  daily,
  survey,
}: {
  daily: FollowupStats['daily'];
  /** null: there is none. */
  survey: SurveyStats['type'] | null;
}) {
  return (
    <Disclosure label="The same as a table">
      <div className={styles.days}>
        <Table label="Numbers by day">
          <thead>
            <tr>
              <Heading>Day</Heading>
              <Heading number>Sent</Heading>
              <Heading number>Unknown</Heading>
              <Heading number>Responded</Heading>
              <Heading number>Response rate</Heading>
              {survey && <Heading number>Survey answers</Heading>}
              {survey && <Heading number>Survey score</Heading>}
            </tr>
          </thead>
          <tbody>
            {daily.toReversed().map((day) => (
              <tr key={day.date}>
                <td>{shortDate(day.date)}</td>
                <td className={tableStyles.number}>{inDigits(day.sent)}</td>
                <td className={tableStyles.number}>{inDigits(day.unknown)}</td>
                <td className={tableStyles.number}>{inDigits(day.responded)}</td>
                <td className={tableStyles.number}>{percent(day.responseRate)}</td>
                {survey && <td className={tableStyles.number}>{inDigits(day.surveyAnswers)}</td>}
                {survey && (
                  <td className={tableStyles.number}>{scoreInWords({ type: survey, score: day.surveyScore })}</td>
                )}
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </Disclosure>
  );
}
