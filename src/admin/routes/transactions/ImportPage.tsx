import { CsvImport } from "../../shared/import/CsvImport.tsx";
import { useTexts } from "../../texts/texts.ts";
import { importTransactions } from "./queries.ts";

export function ImportPage() {
  const { transactions, shell } = useTexts();
  const words = transactions.import;
  return (
    <CsvImport
      title={words.title}
      list={{ to: "/transactions", label: shell.pages.transactions }}
      what={words.what}
      columns="transactionId,pan,type,refersTo,amount,currency,mcc,transactionAt,postedAt"
      send={importTransactions}
      told={({ stored, ignored }) => ({
        lines: stored,
        would: words.would(stored, ignored),
        store: words.store(stored),
        done: words.done(stored),
        differs: [],
      })}
    />
  );
}
