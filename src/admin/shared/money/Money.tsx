import { usePreferences } from "../page/preferencesContext.ts";
import { formatMoney, type MoneyText } from "./format.ts";

/** An amount with its currency; a dash where there is none. */
export function Money({ money }: { readonly money: MoneyText | null | undefined }) {
  const { preferences } = usePreferences();
  if (money == null) return <span aria-hidden="true">–</span>;
  return <span className="number">{formatMoney(money, preferences.language)}</span>;
}
