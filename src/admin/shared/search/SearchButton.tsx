import { IconSearch } from "@tabler/icons-react";
import { useTexts } from "../../texts/texts.ts";
import classes from "./SearchButton.module.css";

export function SearchButton({ onOpen }: { readonly onOpen: () => void }) {
  const { search } = useTexts();
  return (
    <button
      type="button"
      className={classes["button"]}
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K"
      onClick={onOpen}
    >
      <IconSearch size={16} aria-hidden="true" />
      <span className={classes["word"]}>{search.title}</span>
      <kbd className={classes["keys"]}>{search.keys}</kbd>
    </button>
  );
}
