import { pagesOf, type Screen, SCREENS } from "../../../domain/messages/screen.ts";
import { useTexts } from "../../texts/texts.ts";
import classes from "./Screens.module.css";

/** A text on a terminal's screen, of both sizes: page after page where it does not fit at once. */
export function Screens({ text, language }: { readonly text: string; readonly language: string }) {
  return (
    <div className={classes["screens"]}>
      {SCREENS.map((screen) => (
        <OnScreen key={screen.name} screen={screen} text={text} language={language} />
      ))}
    </div>
  );
}

function OnScreen({
  screen,
  text,
  language,
}: {
  readonly screen: (typeof SCREENS)[number];
  readonly text: string;
  readonly language: string;
}) {
  const { messages: words } = useTexts();
  const pages = pagesOf(text, screen);
  return (
    <figure>
      <figcaption className="meta">{words.screen(screen.name, pages.length)}</figcaption>
      {pages.map((lines, index) => (
        <Page key={index} lines={lines} screen={screen} language={language} />
      ))}
    </figure>
  );
}

function Page({
  lines,
  screen: { name, columns, rows },
  language,
}: {
  readonly lines: readonly string[];
  readonly screen: Screen;
  readonly language: string;
}) {
  return (
    <div
      className={classes["screen"]}
      data-screen={name}
      lang={language}
      style={{ width: `${String(columns)}ch`, height: `${String(rows * 1.2)}em` }}
    >
      {lines.map((line, index) => (
        <div key={index}>{line} </div>
      ))}
    </div>
  );
}
