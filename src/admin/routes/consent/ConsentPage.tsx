import { Button } from "@mantine/core";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { IconLogout } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { useBrand } from "../../shared/brand.ts";
import { Check } from "../../shared/form/Check.tsx";
import { ProblemText } from "../../shared/form/FormProblem.tsx";
import { Marks } from "../../shared/page/Marks.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { signOut } from "../../shared/page/signOut.ts";
import { formatDay } from "../../shared/time/format.ts";
import { useTexts } from "../../texts/texts.ts";
import { type ConsentDocument, consentQuery, fileOf, giveConsent } from "./queries.ts";
import classes from "./ConsentPage.module.css";

const route = getRouteApi("/consent");

/** Both documents, to be read and ticked. Nothing else is open until then, but the way out. */
export function ConsentPage() {
  const { terms, shell } = useTexts();
  const brand = useBrand();
  const words = terms.consent;
  const { next } = route.useSearch();
  const { documents } = useSuspenseQuery(consentQuery()).data;
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [isTried, setTried] = useState(false);
  useEffect(() => {
    document.title = `${words.title} · ${shell.productName}`;
  }, [words.title, shell.productName]);
  const giving = useMutation({
    mutationFn: async () => await giveConsent(documents.map(({ id }) => id)),
    // The page comes anew, with everything open.
    onSuccess: () =>
      window.location.assign(`/admin${next !== undefined && /^\/(?!\/)/.test(next) ? next : "/"}`),
  });
  const isOver = giving.error instanceof ApiProblem && giving.error.code === "TERMS_DIFFER";

  function tick(id: string, isTicked: boolean): void {
    setTicked((before) => new Set([...before].filter((one) => one !== id).concat(isTicked ? [id] : [])));
  }

  function submit(): void {
    setTried(true);
    if (documents.every(({ id }) => ticked.has(id)) && !giving.isPending) giving.mutate();
  }

  return (
    <div className={classes["page"]}>
      <header className={classes["header"]}>
        <img src={brand.logo} alt="" height={22} />
        <bdi className={classes["product"]}>{shell.productName}</bdi>
        <Marks />
        <Button
          variant="default"
          className={classes["out"]}
          leftSection={<IconLogout size={16} aria-hidden="true" />}
          onClick={() => void signOut()}
        >
          {shell.signOut}
        </Button>
      </header>
      <main className={classes["main"]}>
        <h1>{words.title}</h1>
        <p>{documents.length === 1 ? words.whyOne : words.why}</p>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <div className={classes["documents"]}>
            {documents.map((one) => (
              <Document
                key={one.id}
                document={one}
                isTicked={ticked.has(one.id)}
                isMissed={isTried && !ticked.has(one.id)}
                onTick={(isTicked) => tick(one.id, isTicked)}
              />
            ))}
          </div>
          {giving.error === null ? null : (
            <div role="alert" className={classes["problem"]}>
              {isOver ? <p>{words.changed}</p> : <ProblemText problem={giving.error} />}
            </div>
          )}
          {isOver ? (
            <Button onClick={() => window.location.reload()}>{words.reload}</Button>
          ) : (
            <Button type="submit" loading={giving.isPending}>
              {words.submit}
            </Button>
          )}
        </form>
      </main>
    </div>
  );
}

function Document({
  document: one,
  isTicked,
  isMissed,
  onTick,
}: {
  readonly document: ConsentDocument;
  readonly isTicked: boolean;
  readonly isMissed: boolean;
  readonly onTick: (isTicked: boolean) => void;
}) {
  const { consent: words, kinds } = useTexts().terms;
  const { language } = usePreferences().preferences;
  const name = kinds[one.kind];
  return (
    <section className={classes["document"]} aria-label={name}>
      <div className={classes["head"]}>
        <h2>{name}</h2>
        <span className="meta">{words.validFrom(formatDay(one.validFrom, language))}</span>
      </div>
      <object
        data={`${fileOf(one)}#navpanes=0`}
        type="application/pdf"
        aria-label={name}
        className={classes["pdf"]}
      >
        <p>{words.noViewer}</p>
      </object>
      <p>
        <a href={fileOf(one)} download={`${one.kind.toLowerCase()}-${one.validFrom}.pdf`}>
          {words.download(name)}
        </a>
      </p>
      <Check
        label={words.agree[one.kind]}
        checked={isTicked}
        error={isMissed ? words.untaken : undefined}
        onChange={onTick}
      />
    </section>
  );
}
