import type { ChatMessage } from '../../client/src/api-types';
import { offeredScores, spokenChoice, surveyQuestions } from '../../src/surveys/questions';
import { scoresOf } from '../../src/surveys/scales';
import { element, icon } from './dom';
import { answerSurvey, isClosed, readSurvey, type SurveyAnswer } from './survey-api';

type Survey = NonNullable<ChatMessage['survey']>;

const thumbUp =
  'M2 10h4v11H2zM22 11a2 2 0 0 0-2-2h-6l1-4.5V4l-1.5-1.5L7.6 8.6A2 2 0 0 0 7 10v9a2 2 0 0 0 2 2h8a2 2 0 0 0 1.8-1.2l3-7a2 2 0 0 0 .2-.8z';
const thumbDown =
  'M22 14h-4V3h4zM2 13a2 2 0 0 0 2 2h6l-1 4.5v.5l1.5 1.5 5.9-6.1A2 2 0 0 0 17 14V5a2 2 0 0 0-2-2H7a2 2 0 0 0-1.8 1.2l-3 7a2 2 0 0 0-.2.8z';

/** From a frown (1) to a smile (5): the lower the middle of the mouth, the happier. */
const face = (score: number) =>
  `M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M9 9.5v.5M15 9.5v.5M8 ${17 - score / 2}Q12 ${10 + score * 1.8} 16 ${17 - score / 2}`;

function picture({ type }: Survey, score: number): (Node | string)[] {
  if (type === 'thumbs') return [icon(score === 1 ? thumbUp : thumbDown), spokenChoice(type, score)];
  return type === 'csat' ? [icon(face(score), 'lines')] : [String(score)];
}

/** The survey of a followup: one touch answers it, a comment can follow, and a later answer replaces the earlier one. */
export function surveyCard(survey: Survey): HTMLElement {
  const { type, url } = survey;
  const { question, lowest, highest } = surveyQuestions[type];
  const [first, last] = [scoresOf(type)[0], scoresOf(type).at(-1)];
  let answered: SurveyAnswer | null = null;

  const buttons = offeredScores(type).map((score) => {
    const button = element('button', { type: 'button', value: String(score) }, ...picture(survey, score));
    if (type !== 'thumbs') button.ariaLabel = spokenChoice(type, score);
    button.addEventListener('click', () => void choose(score));
    return button;
  });
  const comment = element('textarea', { rows: 2, maxLength: 2_000 });
  const sendComment = element('button', { type: 'submit', className: 'send' }, 'Send comment');
  const form = element(
    'form',
    { hidden: true },
    element('label', {}, 'Anything you would like to add? (optional)', comment),
    sendComment,
  );
  const says = element('p', { className: 'says', role: 'status' });
  const ends = element('div', { className: 'ends', ariaHidden: 'true' });
  if (type !== 'thumbs')
    ends.append(element('span', {}, `${first}: ${lowest}`), element('span', {}, `${last}: ${highest}`));
  const choices = element(
    'fieldset',
    {},
    element('legend', {}, question),
    element('div', { className: `scores ${type}` }, ...buttons),
    ends,
  );
  const card = element('div', { className: 'survey' }, choices, says, form);

  function press(score: number | undefined): void {
    for (const button of buttons) button.ariaPressed = String(button.value === String(score));
  }

  function show(answer: SurveyAnswer): void {
    answered = answer;
    press(answer.score);
    comment.value = answer.comment ?? '';
    form.hidden = false;
  }

  function close(): void {
    choices.disabled = true;
    form.hidden = true;
    says.textContent = 'This survey has closed.';
  }

  async function save(answer: SurveyAnswer, thanks: string): Promise<void> {
    press(answer.score);
    says.textContent = '';
    try {
      await answerSurvey(url, answer);
      show(answer);
      says.textContent = thanks;
    } catch (error) {
      press(answered?.score);
      if (isClosed(error)) close();
      else says.textContent = 'That was not saved. Please try again.';
    }
  }

  const choose = (score: number) =>
    save({ score, comment: answered?.comment ?? null }, 'Thank you. You can change your answer.');

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (answered) void save({ ...answered, comment: comment.value.trim() || null }, 'Thank you for your comment.');
  });

  readSurvey(url).then(
    (state) => {
      if (state.answered) show(state.answered);
      if (state.expired) close();
      else if (state.answered) says.textContent = 'Thank you for your answer.';
    },
    () =>
      card.append(
        element('a', { href: url, target: '_blank', rel: 'noopener' }, 'Open the survey on a page of its own'),
      ),
  );
  return card;
}
