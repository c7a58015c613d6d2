import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { may } from "../../api/session.ts";
import { type Fact, Facts } from "../../shared/page/Facts.tsx";
import { PageHead } from "../../shared/page/PageHead.tsx";
import { usePreferences } from "../../shared/page/preferencesContext.ts";
import { SectionHead } from "../../shared/page/SectionHead.tsx";
import { zoneOf } from "../../shared/preferences.ts";
import { formatInstant } from "../../shared/time/format.ts";
import { Time } from "../../shared/time/Time.tsx";
import { type Texts, useTexts } from "../../texts/texts.ts";
import { answerOf } from "./answer.ts";
import { Balances } from "./Balances.tsx";
import { CardStatus } from "./CardStatus.tsx";
import { Hash } from "./Hash.tsx";
import { History } from "./History.tsx";
import { type Card, type CardAct, cardQuery } from "./queries.ts";
import { Proposals } from "./Proposals.tsx";
import { RecentOperations } from "./RecentOperations.tsx";
import { VerifyButton } from "./VerifyButton.tsx";
import { Verification } from "./Verification.tsx";
import classes from "./cards.module.css";

const route = getRouteApi("/shell/cards/$cardId");
/** Dialogs are loaded when they are wanted. */
const AdjustDialog = lazy(async () => ({ default: (await import("./AdjustDialog.tsx")).AdjustDialog }));
const Cardholder = lazy(async () => ({ default: (await import("./Cardholder.tsx")).Cardholder }));
const CardActDialog = lazy(async () => ({ default: (await import("./CardActDialog.tsx")).CardActDialog }));

const EnrolDialog = lazy(async () => ({ default: (await import("./EnrolDialog.tsx")).EnrolDialog }));
const ReplaceDialog = lazy(async () => ({ default: (await import("./ReplaceDialog.tsx")).ReplaceDialog }));

type Opened = CardAct | "adjust" | "replace";

export function CardPage() {
  const { cards, shell } = useTexts();
  const { preferences } = usePreferences();
  const { cardId } = route.useParams();
  const { body: card } = useSuspenseQuery(cardQuery(cardId)).data;
  const [dialog, setDialog] = useState<Opened | null>(null);
  const close = (): void => setDialog(null);
  const time = (at: string): string =>
    formatInstant(at, { language: preferences.language, zone: zoneOf(preferences), seconds: false });
  return (
    <>
      <PageHead
        title={cards.title(card.maskedPan ?? cardId)}
        crumbs={[{ to: "/cards", label: shell.pages.cards }]}
        aside={<CardStatus frozen={card.frozen} isReplaced={card.replaced !== null} />}
        actions={<Actions card={card} onAct={setDialog} />}
      />
      <p className={classes["answer"]} role="status">
        {answerOf(card, cards.answers, time)}
      </p>
      <p className="meta">{card.frozen ? <bdi>{card.frozenReason}</bdi> : cards.answers.asFar}</p>
      <SectionHead title={cards.balances.title} />
      <Balances limits={card.limits} />
      {may("adjustments:read") ? <Proposals cardId={cardId} /> : null}
      <div className={classes["columns"]}>
        <div>{may("operations:read") ? <RecentOperations cardId={cardId} /> : null}</div>
        <div>
          <SectionHead title={cards.facts} />
          <CardFacts card={card} />
        </div>
      </div>
      <History cardId={cardId} />
      {may("system:write") ? <Cardholder cardId={cardId} isErased={card.maskedPan === null} /> : null}
      <Suspense>
        {dialog === null ? null : dialog === "adjust" ? (
          <AdjustDialog card={card} onClose={close} />
        ) : dialog === "replace" ? (
          <ReplaceDialog card={card} onClose={close} />
        ) : dialog === "enroll" ? (
          <EnrolDialog cardId={cardId} onClose={close} />
        ) : (
          <CardActDialog cardId={cardId} act={dialog} onClose={close} />
        )}
      </Suspense>
    </>
  );
}

function Actions({ card, onAct }: { readonly card: Card; readonly onAct: (act: Opened) => void }) {
  const { cards } = useTexts();
  if (card.replaced !== null) return null;
  return (
    <>
      {card.limits.length === 0 || !(card.actions.adjust || card.actions.propose) ? null : (
        <Button variant="default" onClick={() => onAct("adjust")}>
          {card.actions.adjust ? cards.adjust.open : cards.adjust.propose}
        </Button>
      )}
      {may("cards:lookup") && card.enrolment !== null ? <VerifyButton cardId={card.cardId} /> : null}
      {may("cards:write") ? <Writing card={card} onAct={onAct} /> : null}
    </>
  );
}

function Writing({ card, onAct }: { readonly card: Card; readonly onAct: (act: Opened) => void }) {
  const { cards } = useTexts();
  const acts: readonly CardAct[] = [
    card.enrolled ? "unenroll" : "enroll",
    card.frozen ? "unfreeze" : "freeze",
  ];
  return (
    <>
      {acts.map((act) => (
        <Button key={act} variant="default" onClick={() => onAct(act)}>
          {cards.acts[act].verb}
        </Button>
      ))}
      <Button variant="default" onClick={() => onAct("replace")}>
        {cards.replace.open}
      </Button>
    </>
  );
}

function CardFacts({ card }: { readonly card: Card }) {
  const { cards } = useTexts();
  const { fields } = cards;
  const { issuer, openEntry, cooldowns, joined, joinedInto } = card;
  const waiting = cooldowns.map(({ name, until }): Fact => {
    const value = (
      <>
        {cards.until} <Time at={until} seconds={false} />
      </>
    );
    return [cards.waitsAt(name), value];
  });
  const accounts: readonly Fact[] = [
    ...(joined.length === 0
      ? []
      : [[fields.joined, joined.map((id) => <CardLink key={id} cardId={id} />)] as const]),
    ...(joinedInto === null
      ? []
      : [[fields.joinedInto, <CardLink key="value" cardId={joinedInto} />] as const]),
  ];
  return (
    <Facts
      label={cards.facts}
      facts={[
        [
          fields.card,
          <span key="value" className="mono">
            {card.maskedPan ?? "–"}
          </span>,
        ],
        [fields.issuer, <bdi key="value">{issuer?.issuerName ?? "–"}</bdi>],
        [fields.ica, issuer?.ica ?? null],
        [fields.productCode, <bdi key="value">{issuer?.productName ?? issuer?.productCode ?? "–"}</bdi>],
        [fields.issuerCountry, issuer?.country ?? null],
        [fields.enrolled, card.enrolled ? cards.yes : cards.no],
        ...enrolmentFacts(card, cards),
        ...(card.hasHash ? [[fields.hash, <Hash key="value" cardId={card.cardId} />] as const] : []),
        [fields.visits, String(card.visits)],
        [fields.openEntry, openEntry === null ? null : <OpenEntry key="value" {...openEntry} />],
        ...waiting,
        ...accounts,
        [fields.cardId, <code key="value">{card.cardId}</code>],
      ]}
    />
  );
}

function enrolmentFacts(
  { enrolment, verification }: Card,
  { fields, verification: words }: Texts["cards"],
): readonly Fact[] {
  if (enrolment === null) return [];
  return [
    [fields.aref, <bdi key="value">{enrolment.aref}</bdi>],
    [fields.enrolledAt, <Time key="value" at={enrolment.since} seconds={false} />],
    ...(verification === null
      ? []
      : [[words.field, <Verification key="value" verification={verification} />] as const]),
  ];
}

function OpenEntry({ accessId, expiresAt }: NonNullable<Card["openEntry"]>) {
  const { cards } = useTexts();
  return (
    <Link to="/operations/$accessId" params={{ accessId }}>
      {cards.until} <Time at={expiresAt} />
    </Link>
  );
}

function CardLink({ cardId }: { readonly cardId: string }) {
  return (
    <Link to="/cards/$cardId" params={{ cardId }}>
      <code>{cardId}</code>
    </Link>
  );
}
