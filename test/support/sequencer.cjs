const { default: Sequencer } = require('@jest/test-sequencer');

/** Browsers need all the machine that there is: their tests come last, so that no timer of the others is late for them. */
module.exports = class extends Sequencer {
  sort(tests) {
    const isOfBrowser = ({ path }) => path.includes('/test/browser/');
    const sorted = super.sort(tests);
    return [...sorted.filter((test) => !isOfBrowser(test)), ...sorted.filter(isOfBrowser)];
  }
};
