import { isFlick, isPaying } from './phone.js';
import { table } from './table.js';

table('isPaying', [
  [['/cart'], true],
  [['/pl/koszyk/'], true],
  [['/checkout/2'], true],
  [['/check-out'], true],
  [['/ro/cos'], true],
  [['/warenkorb'], true],
  [['/products/cartoon-mug'], false],
  [['/kosmetyki'], false],
  [['/'], false],
], isPaying);

table('isFlick', [
  [[[[0, 2000]], 800], false],
  [[[[0, 2000], [300, 1100]], 800], true],
  [[[[0, 2000], [300, 1300]], 800], false],
  [[[[0, 2000], [501, 1100]], 800], false],
  [[[[0, 0], [300, 2000]], 800], false],
  [[[[0, 3000], [100, 2800], [200, 2400], [450, 2100]], 800], true],
], isFlick);
