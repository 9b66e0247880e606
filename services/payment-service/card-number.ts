/**
 * Whether a text carries what may be a payment card number: 13 to 19 digits that pass the Luhn check, spaces and dashes
 * ignored, anywhere in a longer run of digits, so that an expiry date written behind it does not hide it. Most other numbers of
 * 14 digits and more are refused with them: no text field here has a use for one.
 */
export function hasCardNumber(text: string): boolean {
  return [...text.matchAll(/\d(?:[\s-]*\d){12,}/g)].some(([run]) => hasLuhnWindow(run.replace(/\D/g, '')));
}

function hasLuhnWindow(digits: string): boolean {
  for (let start = 0; start + 13 <= digits.length; start += 1)
    for (let length = 13; length <= 19 && start + length <= digits.length; length += 1)
      if (passesLuhn(digits.slice(start, start + length))) return true;
  return false;
}

/** ISO/IEC 7812-1: every second digit from the right doubled, digits summed, a multiple of ten. */
function passesLuhn(digits: string): boolean {
  let total = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 1 ? digit * 2 : digit;
    total += weighted > 9 ? weighted - 9 : weighted;
  }
  return total % 10 === 0;
}
