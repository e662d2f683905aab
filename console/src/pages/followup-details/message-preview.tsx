import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { offeredScores, spokenChoice, surveyQuestions } from '../../../../src/surveys/questions';
import type { Followup } from '../../api/client';
import { useAgent } from '../../shell/agent';
import { Card, classes } from '../../ui';
import styles from './message-preview.module.css';

type SurveyType = NonNullable<Followup['surveyType']>;

/** The message in a chat, with the question as the survey's page asks it. */
export function MessagePreview({ followup: { message, surveyType } }: { followup: Followup }) {
  const { name } = useAgent();
  return (
    <Card title="As the user sees it">
      <div className={styles.chat}>
        <p className={styles.sender}>{name}</p>
        <div className={styles.bubble}>{message}</div>
        {surveyType && <Survey type={surveyType} />}
      </div>
    </Card>
  );
}

function Survey({ type }: { type: SurveyType }) {
  const { question, lowest, highest } = surveyQuestions[type];
  const scores = offeredScores(type);
  return (
    <section className={classes(styles.bubble, styles.survey)} aria-label="Survey">
      <p className={styles.question}>{question}</p>
      <ol className={styles.scale}>
        {scores.map((score) => (
          <li key={score} className={styles.score}>
            {type === 'thumbs' ? (
              <>
                {score === 1 ? <ThumbsUp size={15} aria-hidden /> : <ThumbsDown size={15} aria-hidden />}
                {spokenChoice(type, score)}
              </>
            ) : (
              score
            )}
          </li>
        ))}
      </ol>
      {type !== 'thumbs' && (
        <p className={styles.ends}>
          <span>{lowest}</span>
          <span>{highest}</span>
        </p>
      )}
    </section>
  );
}
