import { offeredScores, spokenChoice, surveyQuestions } from '../../../../src/surveys/questions';
import type { SurveyStats } from '../../api/client';
import { Card } from '../../ui';
import { inDigits, percent, plural } from '../../words/numbers';
import styles from './survey-distribution.module.css';

/** How often each score was given. */
export function SurveyDistribution({ survey: { type, answers, distribution } }: { survey: SurveyStats }) {
  const scores = offeredScores(type).map((score) => ({ score, count: distribution[score] ?? 0 }));
  const most = Math.max(1, ...scores.map(({ count }) => count));
  return (
    <Card title="Survey" description={`${surveyQuestions[type].question} ${plural(answers, 'answer')}.`}>
      <ul className={styles.scores}>
        {scores.map(({ score, count }) => (
          <li key={score} className={styles.score}>
            <span className={styles.name}>
              <span aria-hidden>{type === 'thumbs' ? spokenChoice(type, score) : score}</span>
              <span className="sr-only">{spokenChoice(type, score)}: </span>
            </span>
            <span className={styles.track} aria-hidden>
              <span className={styles.bar} style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span className={styles.count}>
              {inDigits(count)} <small>{percent(answers === 0 ? null : count / answers)}</small>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
