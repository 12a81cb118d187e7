//! The words of the pages. The election's own texts come from its definition.

use election::Language;
use outcome::{Purpose, StepKind};
use tally::{Assurance, Contradiction, KeyChange, Scope};

/// Every fixed word of the pages in one language.
pub(crate) struct Words {
    pub(crate) thousands: char,
    pub(crate) decimal: char,
    pub(crate) rehearsal: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) figures: &'static str,
    pub(crate) reported_of: fn(&str, &str, &str) -> String,
    pub(crate) heard: fn(&str, &str) -> String,
    pub(crate) sealed: fn(&str) -> String,
    pub(crate) selection: &'static str,
    pub(crate) inside: &'static str,
    pub(crate) name: &'static str,
    pub(crate) reported: &'static str,
    pub(crate) flagged: &'static str,
    pub(crate) form: &'static str,
    pub(crate) field: &'static str,
    pub(crate) label: &'static str,
    pub(crate) count: &'static str,
    pub(crate) worked_out: &'static str,
    pub(crate) findings: &'static str,
    pub(crate) findings_why: &'static str,
    pub(crate) error: &'static str,
    pub(crate) warning: &'static str,
    pub(crate) no_findings: &'static str,
    pub(crate) not_heard: &'static str,
    pub(crate) not_in: &'static str,
    pub(crate) readings: &'static str,
    pub(crate) position: &'static str,
    pub(crate) channel: &'static str,
    pub(crate) made: &'static str,
    pub(crate) record: &'static str,
    pub(crate) replaces: &'static str,
    pub(crate) counts: &'static str,
    pub(crate) turnout: &'static str,
    pub(crate) until: &'static str,
    pub(crate) admitted: &'static str,
    pub(crate) keys: &'static str,
    pub(crate) key: &'static str,
    pub(crate) key_what: &'static str,
    pub(crate) key_who: &'static str,
    pub(crate) key_change: fn(KeyChange, Option<Scope>) -> &'static str,
    pub(crate) seats: &'static str,
    pub(crate) unassigned: fn(&str) -> String,
    pub(crate) lot: fn(Purpose, &str) -> String,
    pub(crate) elected: &'static str,
    pub(crate) elected_why: &'static str,
    pub(crate) preferred: &'static str,
    pub(crate) steps: &'static str,
    pub(crate) article: &'static str,
    pub(crate) step: &'static str,
    pub(crate) value: &'static str,
    pub(crate) compared: &'static str,
    pub(crate) step_kind: fn(StepKind) -> &'static str,
    pub(crate) data: &'static str,
    pub(crate) check: &'static str,
    pub(crate) check_how: &'static str,
    pub(crate) edition: fn(&str, &str, &str) -> String,
    pub(crate) assurance: fn(Assurance) -> &'static str,
    pub(crate) contradiction: fn(Contradiction) -> &'static str,
}

/// The words in a language; a language that has none here is shown in English.
pub(crate) fn words(language: &Language) -> &'static Words {
    match language.as_str() {
        "nl" => &NL,
        _ => &EN,
    }
}

static EN: Words = Words {
    thousands: ',',
    decimal: '.',
    rehearsal: "Rehearsal: a recorded or invented night, not a live election.",
    skip: "Skip to the figures",
    figures: "Figures",
    reported_of: |reported, expected, kind| format!("{reported} of {expected} {kind} reported"),
    heard: |share, of| format!("{share} % of the {of} heard"),
    sealed: |moment| {
        format!(
            "Results are sealed. Nothing about them is published before they are released, not before {moment}."
        )
    },
    selection: "For",
    inside: "Inside",
    name: "Name",
    reported: "Reported",
    flagged: "Units with findings",
    form: "The form",
    field: "Field",
    label: "What it counts",
    count: "Count",
    worked_out: "worked out",
    findings: "Findings",
    findings_why: "A finding is a check that does not close. It says where to look on the paper, and nothing about why. Figures with findings are counted as they were signed.",
    error: "does not close",
    warning: "asks for a look",
    no_findings: "Every check of this form closes.",
    not_heard: "Nothing from here has been released.",
    not_in: "Nothing from here is public yet: no form has come in, or two signed ones contradict each \
             other and officers have not decided between them.",
    readings: "Readings of the form",
    position: "Position in the log",
    channel: "Came by",
    made: "Made",
    record: "Record",
    replaces: "replaces an earlier reading, because:",
    counts: "counts",
    turnout: "Turnout during the day",
    until: "Until",
    admitted: "Voters admitted",
    keys: "Who may sign",
    key: "Key",
    key_what: "What happened",
    key_who: "Who",
    key_change: |change, scope| match (change, scope) {
        (KeyChange::Invited(_), _) => "one-time code given out",
        (KeyChange::Enrolled(_), Some(Scope::Officer)) => "key for the whole election enrolled",
        (KeyChange::Enrolled(_), Some(Scope::Registrar(_))) => "key for keys enrolled",
        (KeyChange::Enrolled(_), _) => "key enrolled",
        (KeyChange::Revoked(_), _) => "key revoked",
    },
    seats: "Seats",
    unassigned: |seats| format!("Seats that nobody can take: {seats}."),
    lot: |purpose, places| match purpose {
        Purpose::AbsoluteMajority => {
            format!(
                "A lot has to be drawn for who gives a seat up to the list with the majority of the votes, {places} of these"
            )
        }
        Purpose::Preference => {
            format!(
                "These have the same number of votes, and a lot has to be drawn for who is elected, {places} of them. The seats of the lists stand"
            )
        }
        _ => format!(
            "These are equal, and a lot has to be drawn for who gets a seat, {places} of them"
        ),
    },
    elected: "Who is elected",
    elected_why: "In order of election, with the number on the list: who has enough votes of their own comes first, the others follow in the order of the list.",
    preferred: "by preference",
    steps: "How the seats were dealt out, step by step",
    article: "Article",
    step: "Step",
    value: "Decided by",
    compared: "Compared:",
    step_kind: |kind| match kind {
        StepKind::Full => "full seats",
        StepKind::LargestAverage => "largest average",
        StepKind::LargestSurplus => "largest surplus",
        StepKind::MostVotes => "most votes",
        StepKind::AbsoluteMajority => "absolute majority",
        StepKind::Exhausted => "no candidate left",
        StepKind::Lot => "by lot",
    },
    data: "The same figures as data",
    check: "Check it yourself",
    check_how: "Every figure here follows from the public log. With the published files alone, one command recomputes all of them:",
    edition: |sequence, size, time| {
        format!("Edition {sequence}, of {time}, up to position {size} of the log.")
    },
    assurance: |assurance| match assurance {
        Assurance::OneSource => "One source",
        Assurance::TwoAgree => "Two sources agree",
    },
    contradiction: |contradiction| match contradiction {
        Contradiction::Held => "Held: two signed texts contradict each other",
        Contradiction::Disputed => "Disputed: a second signed text contradicts this one",
    },
};

static NL: Words = Words {
    thousands: '.',
    decimal: ',',
    rehearsal: "Oefening: een nagespeelde of verzonnen avond, geen echte verkiezing.",
    skip: "Naar de cijfers",
    figures: "Cijfers",
    reported_of: |reported, expected, kind| format!("{reported} van {expected} {kind} binnen"),
    heard: |share, of| format!("{share} % van de {of} gehoord"),
    sealed: |moment| {
        format!(
            "De uitslagen zijn verzegeld. Er wordt niets over gepubliceerd voordat ze zijn vrijgegeven, en niet voor {moment}."
        )
    },
    selection: "Voor",
    inside: "Hierbinnen",
    name: "Naam",
    reported: "Binnen",
    flagged: "Met bevindingen",
    form: "Het formulier",
    field: "Veld",
    label: "Wat er geteld is",
    count: "Aantal",
    worked_out: "uitgerekend",
    findings: "Bevindingen",
    findings_why: "Een bevinding is een controle die niet sluit. Zij zegt waar op het papier gekeken moet worden, en niets over de oorzaak. Cijfers met bevindingen tellen mee zoals ze ondertekend zijn.",
    error: "sluit niet",
    warning: "vraagt aandacht",
    no_findings: "Alle controles van dit formulier sluiten.",
    not_heard: "Hiervan is nog niets vrijgegeven.",
    not_in: "Hiervan is nog niets openbaar: er is geen formulier binnen, of twee ondertekende spreken \
             elkaar tegen en er is nog niet tussen beslist.",
    readings: "Lezingen van het formulier",
    position: "Positie in het logboek",
    channel: "Kwam via",
    made: "Gemaakt",
    record: "Record",
    replaces: "vervangt een eerdere lezing, omdat:",
    counts: "telt",
    turnout: "Opkomst gedurende de dag",
    until: "Tot",
    admitted: "Toegelaten kiezers",
    keys: "Wie mogen ondertekenen",
    key: "Sleutel",
    key_what: "Wat er gebeurde",
    key_who: "Wie",
    key_change: |change, scope| match (change, scope) {
        (KeyChange::Invited(_), _) => "eenmalige code uitgegeven",
        (KeyChange::Enrolled(_), Some(Scope::Officer)) => {
            "sleutel voor de hele verkiezing ingeschreven"
        }
        (KeyChange::Enrolled(_), Some(Scope::Registrar(_))) => "sleutel voor sleutels ingeschreven",
        (KeyChange::Enrolled(_), _) => "sleutel ingeschreven",
        (KeyChange::Revoked(_), _) => "sleutel ingetrokken",
    },
    seats: "Zetels",
    unassigned: |seats| format!("Zetels die niemand kan bezetten: {seats}."),
    lot: |purpose, places| match purpose {
        Purpose::AbsoluteMajority => {
            format!(
                "Het lot moet beslissen wie een zetel afstaat aan de lijst met de volstrekte meerderheid van de stemmen, {places} van deze"
            )
        }
        Purpose::Preference => {
            format!(
                "Deze hebben evenveel stemmen, en het lot moet beslissen wie gekozen is, {places} ervan. De zetels van de lijsten staan vast"
            )
        }
        _ => format!(
            "Deze zijn gelijk, en het lot moet beslissen wie een zetel krijgt, {places} ervan"
        ),
    },
    elected: "Wie er gekozen zijn",
    elected_why: "In volgorde van verkiezing, met het nummer op de lijst: eerst wie zelf genoeg stemmen heeft, daarna in de volgorde van de lijst.",
    preferred: "met voorkeurstemmen",
    steps: "Hoe de zetels verdeeld zijn, stap voor stap",
    article: "Artikel",
    step: "Stap",
    value: "Beslist door",
    compared: "Vergeleken:",
    step_kind: |kind| match kind {
        StepKind::Full => "volle zetels",
        StepKind::LargestAverage => "grootste gemiddelde",
        StepKind::LargestSurplus => "grootste overschot",
        StepKind::MostVotes => "meeste stemmen",
        StepKind::AbsoluteMajority => "volstrekte meerderheid",
        StepKind::Exhausted => "geen kandidaat meer",
        StepKind::Lot => "door loting",
    },
    data: "Dezelfde cijfers als gegevens",
    check: "Reken het zelf na",
    check_how: "Elk cijfer hier volgt uit het openbare logboek. Met alleen de gepubliceerde bestanden rekent één opdracht ze allemaal na:",
    edition: |sequence, size, time| {
        format!("Editie {sequence}, van {time}, tot en met positie {size} van het logboek.")
    },
    assurance: |assurance| match assurance {
        Assurance::OneSource => "Eén bron",
        Assurance::TwoAgree => "Twee bronnen gelijk",
    },
    contradiction: |contradiction| match contradiction {
        Contradiction::Held => "Aangehouden: twee ondertekende teksten spreken elkaar tegen",
        Contradiction::Disputed => "Betwist: een tweede ondertekende tekst spreekt deze tegen",
    },
};
