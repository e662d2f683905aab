import type { SurveyType } from '../../db/schema';
import { offeredScores, surveyQuestions as questions, spokenChoice } from '../../surveys/questions';
import { scoresOf } from '../../surveys/scales';
import { style } from './style';

/** The longest comment, in characters. */
export const maxCommentLength = 2_000;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

const document = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

/** Drawn, since not every device has a font with them. */
const thumb = (path: string) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
const thumbUp = thumb(
  'M2 10h4v11H2zM22 11a2 2 0 0 0-2-2h-6l1-4.5V4l-1.5-1.5L7.6 8.6A2 2 0 0 0 7 10v9a2 2 0 0 0 2 2h8a2 2 0 0 0 1.8-1.2l3-7a2 2 0 0 0 .2-.8z',
);
const thumbDown = thumb(
  'M22 14h-4V3h4zM2 13a2 2 0 0 0 2 2h6l-1 4.5v.5l1.5 1.5 5.9-6.1A2 2 0 0 0 17 14V5a2 2 0 0 0-2-2H7a2 2 0 0 0-1.8 1.2l-3 7a2 2 0 0 0-.2.8z',
);

function buttons(type: SurveyType, chosen: number | null): string {
  const { lowest, highest } = questions[type];
  const scores = scoresOf(type);
  const rows = offeredScores(type).map((score) => {
    const spoken = spokenChoice(type, score);
    const label = type === 'thumbs' ? `${score === 1 ? thumbUp : thumbDown}${spoken}` : score;
    const name = type === 'thumbs' ? '' : ` aria-label="${spoken}"`;
    const current = score === chosen ? ' class="chosen" aria-pressed="true"' : '';
    return `<button type="submit" name="score" value="${score}"${name}${current}>${label}</button>`;
  });
  const ends =
    type === 'thumbs'
      ? ''
      : `\n<div class="ends" aria-hidden="true"><span>${scores[0]}: ${lowest}</span><span>${scores.at(-1)}: ${highest}</span></div>`;
  return `<div class="scores ${type}">\n${rows.join('\n')}\n</div>${ends}`;
}

const spokenScore = (type: SurveyType, score: number) =>
  type === 'thumbs' ? spokenChoice(type, score) : `${score} of ${scoresOf(type).at(-1)}`;

/** The question; one touch answers it. */
export const questionPage = (type: SurveyType, complaint: string | null = null): string =>
  document(
    questions[type].question,
    `<form method="post" accept-charset="utf-8">
<fieldset>
<legend><h1>${questions[type].question}</h1></legend>
${complaint === null ? '' : `<p class="bad" role="alert">${escaped(complaint)}</p>\n`}${buttons(type, null)}
</fieldset>
</form>
<p class="soft">You can add a comment afterwards.</p>`,
  );

/** Thanks for an answer, with a place for a comment and the way to another answer. */
export function thanksPage(
  type: SurveyType,
  answer: { score: number; comment: string | null },
  complaint: string | null = null,
): string {
  const comment = answer.comment ?? '';
  const heading = complaint === null ? 'Thank you for your answer' : 'Your comment is too long';
  const saved =
    complaint === null
      ? `<p>You answered: <strong>${spokenScore(type, answer.score)}</strong></p>`
      : `<p class="bad" role="alert">${escaped(complaint)}</p>`;
  return document(
    heading,
    `<h1>${heading}</h1>
${saved}
<form method="post" accept-charset="utf-8">
<label for="comment">Anything you would like to add? (optional)</label>
<textarea id="comment" name="comment" maxlength="${maxCommentLength}" rows="4">
${escaped(comment)}</textarea>
<button class="send" type="submit" name="score" value="${answer.score}">${comment === '' ? 'Send comment' : 'Save comment'}</button>
<fieldset class="again">
<legend>${questions[type].question} You can change your answer:</legend>
${buttons(type, answer.score)}
</fieldset>
</form>`,
  );
}

const plain = (title: string, says: string) => document(title, `<h1>${title}</h1>\n<p>${says}</p>`);

export const expiredPage = plain(
  'This survey has closed',
  'The link has expired, so it can no longer be answered. Thank you for coming by.',
);
export const unknownPage = plain(
  'There is no such survey',
  'The link is not complete, or it is not valid any more. Please open it again from the message that you received.',
);
export const tooLargePage = plain(
  'That was too long',
  `Please go back and write at most ${maxCommentLength.toLocaleString('en')} characters.`,
);
export const troublePage = plain(
  'Something went wrong',
  'Your answer could not be saved or shown at the moment. Please try again in a minute.',
);
