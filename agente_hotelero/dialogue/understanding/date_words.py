"""The small words around dates, folded: what makes a number a day, what makes it none, what links two days."""

from typing import Final

from agente_hotelero.dialogue.understanding.calendar_words import by_first_word

OF: Final = frozenset("de do of del".split())
# A number after one of these is a day: «el 3», «dia 3», «al 5». English says «the 3rd», with an ending.
BEFORE_A_DAY: Final = frozenset("el del al dia dias".split())
BEFORE_AN_ORDINAL: Final = frozenset("the on from until to".split()) | BEFORE_A_DAY
BEFORE_A_DOTTED_DAY: Final = frozenset("desde from on until hasta ate to do ao no am".split()) | BEFORE_A_DAY
# … and after one of these it is none, even with a month: «la 9 de julio», «calle 25 de mayo», «a las 3».
BEFORE_NO_DATE: Final = frozenset("calle rua street avenida av ruta plaza la las los km".split())
# What a number counts or measures, by its beginning: after it, such a word makes it no day.
UNITS: Final = tuple(
    "adult nino nina ninit crianca kid child person pessoa people guest huesped hosped noche noite night habitac quarto cuarto room hora hour minut"
    " semana week kilo metro cama bed piso floor andar perr mascota pet dog gato diaria cachorr estrella star maleta bag auto coche cuadra amig bebe hij filh"
    " menor mayores chic famil pareja couple casal lugar doble duplo suite individual single opci opcao option anos year dias days veces vezes times"
    " usd dolar euro pesos reais reales meses months block pension pensao".split()
)
UNIT_WORDS: Final = frozenset("ano dia day vez time mes month real mil km kg m2 hs h am pm st".split())
TO: Final = frozenset("al a ao hasta ate to till til until thru through -".split())
AND: Final = frozenset("y e and".split())
# What may stand between a link and the day after it.
BESIDE: Final = frozenset("el o the dia on del de la next this proximo proxima este esse neste ( , . na no".split())
# Said before the first of two bare numbers, these make them days.
RANGE_MARKERS: Final = frozenset("del desde from entre between dia dias".split())
BETWEEN: Final = frozenset("entre between".split())
BEFORE_A_MONTH: Final = frozenset("en em in para de do of for mes this este".split())
NAME_WORDS: Final = frozenset("nombre nome name".split())

RELATIVE_DAYS: Final = {
    "pasado manana": 2, "depois de amanha": 2, "passado amanha": 2, "pasdo manana": 2, "dps de amanha": 2, "the day after tomorrow": 2, "day after tomorrow": 2, "manana": 1, "amanha": 1, "tomorrow": 1,
    "hoy": 0, "hoje": 0, "today": 0, "tonight": 0, "esta noche": 0, "esta misma noche": 0, "esta noite": 0, "this evening": 0,
    # Told in stories («ayer les escribí»); a date only where one was asked for.
    "ayer": -1, "ontem": -1, "yesterday": -1, "anoche": -1, "last night": -1,
}  # fmt: skip
# «from now until Tuesday»; «a week from now» is another day.
NOW: Final = frozenset("now ahora agora".split())
FROM: Final = frozenset("from de desde".split())
RELATIVE: Final = by_first_word(RELATIVE_DAYS)
# «sexta da semana que vem» has its own; this is «de hoy en 8», «a week from friday».
FROM_THEN: Final = by_first_word(("from", "after", "on", "a partir de", "despues de", "despues del", "depois de"))
IN_THEN: Final = frozenset("en".split())
STAYED: Final = frozenset("for stay staying por durante x".split())
# «entre 8 e 10 da manhã»: hours, no days.
OF_THE_DAY: Final = by_first_word(
    f"{of} {part}"
    for of, parts in (("de la", "manana tarde noche madrugada"), ("da", "manha tarde noite madrugada"))
    for part in parts.split()
)
# «mañana» is also the morning: «por la mañana».
BEFORE_A_MORNING: Final = frozenset("la esta".split())
WEEKEND: Final = by_first_word(("fin de semana", "fim de semana", "final de semana", "weekend"))
NEXT_BEFORE: Final = frozenset("proximo siguiente next seguinte otro outro following".split())
NEXT_AFTER: Final = by_first_word(("que viene", "que vem", "proximo", "proxima", "siguiente", "seguinte", "q viene"))
# «este finde que viene» is this one.
THIS: Final = frozenset("este esse neste nesse this coming deste".split())
AFTER_NEXT: Final = by_first_word(("after next", "after the next", "subsiguiente", "de mas arriba"))
# «el otro viernes» is not the next one; nor is «friday week».
NOT_THIS_ONE: Final = frozenset("otro outra outro otra".split())
# On the eve of a Friday, «next Friday» is hardly tomorrow.
MAYBE_NEXT: Final = frozenset("next proximo proxima".split())
WHICH: Final = {
    "primer": 1, "primera": 1, "primeira": 1, "segunda": 2, "primero": 1, "primeiro": 1, "first": 1, "1er": 1, "1o": 1, "1st": 1, "segundo": 2, "second": 2, "2do": 2, "2o": 2, "2nd": 2, "tercer": 3, "tercero": 3, "terceiro": 3,
    "third": 3, "3er": 3, "3o": 3, "3rd": 3, "cuarto": 4, "quarto": 4, "fourth": 4, "4to": 4, "4o": 4, "4th": 4, "ultimo": -1, "last": -1,
}  # fmt: skip
OF_OR_IN: Final = frozenset("de del do da of the en in em mes".split())
HALF_MONTHS: Final = frozenset("quincena quinzena".split())
WEEK: Final = frozenset("semana week".split())
NEXT_YEAR: Final = by_first_word(
    (
        "ano que viene",
        "ano que vem",
        "proximo ano",
        "ano proximo",
        "next year",
        "siguiente ano",
        "ano siguiente",
        "ano seguinte",
    )
)
THIS_MONTH: Final = by_first_word(
    (
        "este mes",
        "deste mes",
        "neste mes",
        "this month",
        "mes en curso",
        "del corriente",
        "do corrente",
        "mes corriente",
    )
)
THIS_YEAR: Final = by_first_word(("este ano", "this year", "deste ano", "neste ano", "presente ano", "ano en curso"))
NIGHT_OF: Final = frozenset("noche noches noite noites night nights".split())
NEXT_WEEK: Final = by_first_word(
    (
        "de la semana que viene",
        "de la proxima semana",
        "de la semana proxima",
        "de la otra semana",
        "next week",
        "of next week",
        "da proxima semana",
        "da semana que vem",
        "de la semana siguiente",
    )
)
NEXT_MONTH: Final = by_first_word(
    ("proximo mes", "mes proximo", "mes que viene", "mes que vem", "next month", "mes siguiente")
)
WITHIN: Final = by_first_word(
    ("dentro de", "daqui a", "daqui", "daqui uns", "de aca a", "de aqui a", "de aqui en", "en", "in", "em", "within")
)
LENGTHS: Final = {
    "dia": 1, "dias": 1, "day": 1, "days": 1, "semana": 7, "semanas": 7, "week": 7, "weeks": 7, "fortnight": 14, "quincena": 15, "quinzena": 15,
}  # fmt: skip
A_COUPLE: Final = by_first_word(("un par de", "um par de", "a couple of", "a couple"))
MONTH_LENGTHS: Final = frozenset("mes meses month months".split())
BEFORE_A_SHORT_WEEKDAY: Final = frozenset(
    "embora na nesta nessa proxima proximo ate desde da essa para este esta el del al on this next from to until till through -".split()
)
# «de quinta pra sexta», «a partir de sexta».
BETWEEN_WEEKDAYS: Final = frozenset("pra para".split())
BESIDE_A_WEEKDAY: Final = frozenset("el dia the o ( ,".split())

ARRIVING: Final = by_first_word(
    (
        "check in|checking in|checkin|entra|entran|ingresa|ingresan|llego|llegamos|llegando|llegada|llegaria|llegariamos|llegare|llegaremos|llegar|llegan|entro|entramos|entrando|entrada|entrar|ingreso|ingresamos"
        "|ingresando|ingresar|arrive|arriving|arrival|arrives|chego|chegamos|chegando|chegada|chegar|chegaria|desde|from|a partir|a partir de|starting|beginning|inicio"
    ).split("|")
)
LEAVING: Final = by_first_word(
    (
        "check out|checking out|checkout|sale|salen|yendonos|yendome|indo embora|marchamos|marcharnos|hasta|until|till|til|ate|salgo|salimos|saliendo|salida|salir|saldriamos|egreso|egresamos|out|saldremos|saldre|nos vamos|me voy|nos iriamos|me iria|irnos|irme|leave|leaving|leaves|depart"
        "|departing|departure|saio|saimos|saindo|saida|sair|partida|partimos|partindo|regreso|regresamos|volvemos|vuelvo|returning|going home|vamos embora|vou embora|ir embora|voltamos|fin|ending"
    ).split("|")
)
# «cuánto sale», «qué precio sale el viernes»: what costs, leaves nothing.
MAY_COST: Final = ("sal", "sai")
COSTS: Final = frozenset("cuanto quanto precio preco valor tarifa".split())
# These stand before their day and never after it.
PREPOSITIONS: Final = frozenset("desde from hasta until till til ate a starting beginning ending".split())
# After these, what was said before is taken back.
CORRECTIONS: Final = frozenset(
    "mejor perdon digo sino rather melhor perdao desculpa desculpe sorry actually corrijo".split()
)
OTHER_DAYS: Final = CORRECTIONS | {"verdade", "verdad", "instead", "prefiero", "prefiro", "prefer"}
INSTEAD_OF: Final = by_first_word(("en vez", "en lugar", "instead of", "em vez", "ao inves", "not", "no", "nao"))
