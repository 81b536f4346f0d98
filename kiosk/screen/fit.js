// How large the letters may be: the first of a row of steps, best first, in which nothing overflows.

/** Sizes in rem (16 px on a screen 1080 px high): question, option labels, counts. */
const FIT_SIZES = [
  [5.5, 4.5, 5],
  [5.5, 4, 4.5],
  [5, 3.5, 4],
  [4.5, 3, 3.75],
  [4, 3, 3.5],
  [4, 2.75, 3],
  [4, 2.5, 3],
  [4, 2.25, 3],
  [4, 2, 3],
  [3.5, 2.25, 3],
  [3.5, 2, 3],
  [3, 2, 3],
  [3, 1.75, 3],
  [2.75, 1.75, 3],
  [2.5, 1.5, 3],
  [2.75, 1.75, 2.5],
  [2.5, 1.75, 2.25],
  [2.5, 1.5, 2.25],
  [2.5, 1.375, 2],
  [2.25, 1.25, 1.75],
  [2, 1.125, 1.75],
  [1.75, 1, 1.5],
  [1.5, 0.875, 1.25],
  [1.25, 0.75, 1],
];

/** Columns worth trying, best first. */
export function columnChoices(optionCount) {
  if (optionCount <= 6) return [1, 2];
  if (optionCount <= 24) return [2, 1];
  return [3, 4, 2];
}

/** From this many options on, header and footer give way to the chart. */
export function isDense(optionCount) {
  return optionCount > 12;
}

/**
 * All steps for a question, best first. The detail goes before the question falls below 2.5 rem; few options share
 * their rows with a second column only where the question would fall below 4 rem.
 */
export function fittingSteps(optionCount, hasDetail) {
  const choices = columnChoices(optionCount);
  const steps = [];
  const add = (detail, smallest, columnsToTry) => {
    for (const [question, label, count] of FIT_SIZES) {
      if (question < smallest) continue;
      for (const columns of columnsToTry) steps.push({ question, label, count, columns, detail });
    }
  };
  if (choices[0] === 1) add(hasDetail, 4, [1]);
  if (hasDetail) add(true, 2.5, choices);
  add(false, 0, choices);
  return steps;
}

/** Where nothing fits: the smallest sizes in the columns that suit best; long names are cut with "…". */
export function lastResort(optionCount) {
  const steps = fittingSteps(optionCount, false);
  return steps[steps.length - columnChoices(optionCount).length];
}

/** The first step for which `fits(step)` holds; the last one if none does. `fits` leaves the step applied. */
export function firstFitting(steps, fits) {
  for (const step of steps) if (fits(step)) return step;
  return steps[steps.length - 1];
}

/** Does what is in the element stay in its box? One pixel is rounding. */
export function staysInside(element) {
  // The letters of a tall font stick out of a tight line by up to a quarter of their size; a line too many by a whole one.
  const slack = 1 + parseFloat(getComputedStyle(element).fontSize) / 4;
  return element.scrollHeight <= element.clientHeight + slack && element.scrollWidth <= element.clientWidth + 1;
}

/** Sets the largest of the font sizes (rem, largest first) that keeps the text in the element's box. */
export function fitText(element, sizes) {
  firstFitting(sizes, (size) => {
    element.style.fontSize = size + "rem";
    return staysInside(element);
  });
}
