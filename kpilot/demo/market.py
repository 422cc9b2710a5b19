"""What is sold, through which channels, to whom: catalogue, channels, segments, rates, names."""

import numpy as np
import numpy.typing as npt

PRODUCTS = (  # id, name, category, recurring, list price, unit cost, weight
    ("P01", "Tamiso Sensor", "Hardware", False, 420, 210, 1.2),
    ("P02", "Tamiso Sensor Pro", "Hardware", False, 890, 430, 1.4),
    ("P03", "Tamiso Gateway", "Hardware", False, 1650, 820, 0.9),
    ("P04", "Ruvento Cloud Start", "Software", True, 1200, 260, 1.1),
    ("P05", "Ruvento Cloud Team", "Software", True, 3600, 700, 1.3),
    ("P06", "Ruvento Cloud Entreprise", "Software", True, 9800, 1900, 0.7),
    ("P07", "Installation", "Services", False, 1400, 980, 0.6),
    ("P08", "Formation Ruvento", "Services", False, 950, 520, 0.5),
    ("P09", "Maintenance annuelle", "Services", True, 1100, 380, 0.8),
)
CHANNELS = (  # id, name, kind, paid, motion, reach, share of the closed, win rate
    ("C1", "Referrals", "referral", False, "inbound", "external", 0.14, 0.58),
    ("C2", "Partners", "partner", False, "inbound", "external", 0.12, 0.50),
    ("C3", "Organic search", "organic", False, "inbound", "external", 0.20, 0.40),
    ("C4", "Trade fairs", "event", True, "inbound", "external", 0.11, 0.36),
    ("C5", "Cold calls", "outbound", False, "outbound", "internal", 0.15, 0.25),
    ("C6", "Paid search", "ads", True, "inbound", "external", 0.16, 0.18),
    ("C7", "Social ads", "social", True, "inbound", "external", 0.12, 0.15),
)
CAMPAIGNS = (  # name, channel
    ("Salon Horizon", "C4"), ("Capteurs sans fil", "C6"), ("Énergie maîtrisée", "C6"),
    ("Portraits de clients", "C7"), ("Webinaire Ruvento", "C7"), ("Rappel des anciens devis", "C5"),
)
SEGMENTS = (  # name, share of accounts, median amount, sigma
    ("PME", 0.60, 5200.0, 0.62), ("ETI", 0.29, 14500.0, 0.65),
    ("Grand compte", 0.11, 39000.0, 0.70),
)
INDUSTRIES = ("Agroalimentaire", "Bâtiment", "Distribution", "Hôtellerie", "Industrie",
              "Logistique", "Santé", "Services", "Collectivités")
LOST_REASONS = ("Price", "Competitor", "No decision", "Timing", "Missing feature")
VOID_REASONS = ("duplicate", "test", "spam")
STAGES = (  # id, name, position, kind, probability, days before it is stalled
    ("S1", "Qualification", 1, "open", 0.10, 21), ("S2", "Needs analysis", 2, "open", 0.25, 30),
    ("S3", "Proposal", 3, "open", 0.50, 30), ("S4", "Negotiation", 4, "open", 0.75, 30),
    ("S5", "Won", 5, "won", 1.0, None), ("S6", "Lost", 6, "lost", 0.0, None),
)
LEAD_STATUSES = (  # id, name, qualified, disqualified, converted
    ("L1", "New", False, False, False), ("L2", "Working", False, False, False),
    ("L3", "Qualified", True, False, False), ("L4", "Converted", True, False, True),
    ("L5", "Not a fit", False, True, False), ("L6", "Nurture", False, False, False),
)

_HEADS = ("Alva", "Bri", "Cado", "Delvi", "Ersa", "Fauve", "Galti", "Hexo", "Isora", "Jurvi",
          "Kelmo", "Lumé", "Mava", "Névi", "Orzé", "Pélio", "Quéra", "Rivo", "Sarvé", "Talmi",
          "Ulmo", "Valtré", "Wesso", "Xérin", "Yvaro", "Zelmi", "Cléo", "Drava", "Frézi", "Globé")
_TAILS = ("mar", "line", "dor", "vane", "tis", "quin", "bert", "sal", "nox", "rive", "lia", "gan")
_ENDS = ("Industries", "Conseil", "Logistique", "Santé", "Distribution", "et Fils", "Énergie",
         "Bâtiment", "Services", "Hôtels", "Technologies", "Groupe")
FIRST_NAMES = ("Alice", "Adrien", "Aurélie", "Bastien", "Béatrice", "Carlos", "Clara", "Damien",
               "Diane", "Émile", "Eva", "Fabien", "Flora", "Gaël", "Greta", "Hélène", "Hugo",
               "Irina", "Ivan", "Jade", "Jérôme", "Karin", "Léa", "Louis", "Lina", "Marco",
               "Maëlle", "Nicolas", "Nora", "Olivier", "Petra", "Quentin", "Rosa", "Simon",
               "Théo", "Ursula", "Valérie", "Xavier", "Yasmine", "Zoé")
LAST_NAMES = ("Abadie", "Barrault", "Besson", "Carlier", "Chauvet", "Dallery", "Dumortier",
              "Esnault", "Fabre", "Fontanel", "Gaillard", "Guérin", "Hennebelle", "Iacono",
              "Jacquet", "Kessler", "Lagrange", "Leclère", "Maes", "Meunier", "Moretti", "Naudin",
              "Ozanne", "Pelletier", "Peeters", "Quesnel", "Renaud", "Rossi", "Sabatier",
              "Schneider", "Tanguy", "Urbain", "Vidal", "Weber", "Zeller")


def account_names(n: int, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    """`n` different company names that nobody has."""
    numbers = np.argsort(rng.random(len(_HEADS) * len(_TAILS) * len(_ENDS)), kind="stable")[:n]
    return np.array([
        f"{_HEADS[k // 144]}{_TAILS[k // 12 % 12]} {_ENDS[k % 12]}" for k in numbers.tolist()])


def person_names(n: int, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    """`n` first and last names; some people share one, as people do."""
    first = np.array(FIRST_NAMES)[(rng.random(n) * len(FIRST_NAMES)).astype(np.int64)]
    last = np.array(LAST_NAMES)[(rng.random(n) * len(LAST_NAMES)).astype(np.int64)]
    return np.asarray(np.char.add(np.char.add(first, " "), last), dtype=np.str_)
