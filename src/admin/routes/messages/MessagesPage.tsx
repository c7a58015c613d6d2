import { NativeSelect } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { LANGUAGES } from "../../../domain/messages/codes.ts";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { Who } from "../../shared/people/Who.tsx";
import { Time } from "../../shared/time/Time.tsx";
import { useTexts } from "../../texts/texts.ts";
import { allRulesetsQuery } from "../whitelist/queries.ts";
import { INSTALLATION, type Messages, messagesQuery, type MessageText, ownTextsQuery } from "./queries.ts";
import classes from "./MessagesPage.module.css";

const route = getRouteApi("/shell/messages");
/** The editor, with the picture of the screen, comes when a text is opened. */
const TextDialog = lazy(async () => ({ default: (await import("./TextDialog.tsx")).TextDialog }));
const ResetDialog = lazy(async () => ({ default: (await import("./ResetDialog.tsx")).ResetDialog }));

interface Opened {
  readonly text: MessageText;
  readonly act: "edit" | "reset";
}

export function MessagesPage() {
  const { shell, messages: words } = useTexts();
  const { programme = INSTALLATION } = route.useSearch();
  const { data } = useSuspenseQuery(messagesQuery(programme));
  const [opened, setOpened] = useState<Opened | null>(null);
  const { modifiedAt, modifiedBy } = data.body;
  return (
    <>
      <PageHead title={shell.pages.messages} />
      <p className={classes["why"]}>{programme === INSTALLATION ? words.why : words.whyOfRule}</p>
      <Programme programme={programme} />
      {modifiedAt === null || modifiedBy === null ? null : (
        <p className="meta">
          {words.changed} <Time at={modifiedAt} />, <Who actor={modifiedBy} />
        </p>
      )}
      <Matrix messages={data.body} onOpen={(text) => setOpened({ text, act: "edit" })} />
      <Suspense>
        {opened?.act === "edit" ? (
          <TextDialog
            text={opened.text}
            data={data}
            onReset={() => setOpened({ ...opened, act: "reset" })}
            onClose={() => setOpened(null)}
          />
        ) : null}
        {opened?.act === "reset" ? (
          <ResetDialog text={opened.text} data={data} onClose={() => setOpened(null)} />
        ) : null}
      </Suspense>
    </>
  );
}

/** Whose texts are shown: those that have some of their own say how many. */
function Programme({ programme }: { readonly programme: string }) {
  const { messages: words } = useTexts();
  const navigate = useNavigate();
  const rulesets = useQuery(allRulesetsQuery());
  const own = useQuery(ownTextsQuery());
  const changed = (id: string): number => own.data?.find((one) => one.programme === id)?.changed ?? 0;
  const named = (id: string, name: string) => ({ value: id, label: words.withOwn(name, changed(id)) });
  return (
    <NativeSelect
      className={classes["programme"] ?? ""}
      label={words.programme}
      value={programme}
      data={[
        named(INSTALLATION, words.installation),
        ...(rulesets.data ?? []).map(({ id, name }) => named(id, name)),
      ]}
      onChange={({ currentTarget: { value } }) =>
        void navigate({ to: "/messages", search: value === INSTALLATION ? {} : { programme: value } })
      }
    />
  );
}

/** One line a code, one column a language. */
function Matrix({
  messages: { texts },
  onOpen,
}: {
  readonly messages: Messages;
  readonly onOpen: (text: MessageText) => void;
}) {
  const { codes, messages: words, shell } = useTexts();
  const names: Readonly<Record<MessageText["code"], string>> = { ...codes, ...words.grants };
  const inOrder = [...new Set(texts.map(({ code }) => code))];
  return (
    <section className={classes["scroll"]} aria-label={shell.pages.messages} tabIndex={0}>
      <table className={classes["matrix"]}>
        <thead>
          <tr>
            <th scope="col">{words.situation}</th>
            {LANGUAGES.map((language) => (
              <th key={language} scope="col">
                {words.languages[language]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder.map((code) => (
            <tr key={code}>
              <th scope="row">
                {names[code]}
                <code className="meta">{code}</code>
              </th>
              {LANGUAGES.map((language) => {
                const text = texts.find((one) => one.code === code && one.language === language);
                return (
                  <td key={language}>
                    {text === undefined ? null : (
                      <Cell text={text} name={names[code]} onOpen={() => onOpen(text)} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({
  text: { language, forms, origin },
  name,
  onOpen,
}: {
  readonly text: MessageText;
  readonly name: string;
  readonly onOpen: () => void;
}) {
  const { messages: words } = useTexts();
  return (
    <button type="button" className={classes["cell"]} data-origin={origin} onClick={onOpen}>
      <span className="visually-hidden">{words.openText(name, words.languages[language])} </span>
      <span lang={language}>{forms.other}</span>
      {origin === "PRODUCT" ? null : <small>{words.origins[origin]}</small>}
    </button>
  );
}
