"""What a guest may want, by the phrases that say so in three languages; a message may want several things."""

from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.reading import COST_SOMETHING, Intent
from agente_hotelero.dialogue.understanding.phrases import Found, Phrasebook
from agente_hotelero.dialogue.understanding.tokens import BREAK
from agente_hotelero.dialogue.understanding.wishes import WISHES

_ROOM: Final = "(habitacion*/cuarto/cuartos/quarto/quartos/room/rooms/pieza/doble/dobles/double/doubles/twin/suite/individual/single/matrimonial/alojamiento/hospedaje/hospedagem)"
_ONE: Final = "(una/un/uma/um/a/an/the/la/el/o/otra/outro/outra/another/some/algun/alguna/algum/dos/dois/duas/two/tres/three/#/de/for)?"
_KIND: Final = "(buena/linda/good/nice/big/small/cheap/family/honeymoon/amplia/grande/boa/bom/double/single)?"
_RESERVATION: Final = "(reserva/reservas/reservacion/reservation/booking/estadia/estancia/stay)"
_WISH: Final = "(quiero/quisiera/queremos/quisieramos/necesito/necesitamos/busco/buscamos/buscando/queria/queriamos/quero/preciso/precisamos/procuro/gostaria/gostariamos/gustaria/need/want/wanna/like/looking)"

PHRASES: Final = {
    Intent.GREET: (
        "hola|holi|holis|buenas|buen dia|buenos dias|que tal|saludos|ola|oi|oie|bom dia|boa tarde|boa noite|tudo bem|hello|hi|hey"
        "|hiya|good (morning/afternoon/evening)|greetings"
    ),
    Intent.THANK: "gracias|obrigad*|valeu|grato|grata|thanks|thank you|cheers|agradecid*|agradezco|agradeco",
    Intent.GOODBYE: (
        "adios|chau|chao|hasta (luego/pronto/manana/la_vista)|nos vemos|tchau|ate (logo/mais/breve)|bye|goodbye|see (you/ya)|good night $|eso es todo|that's all|thats all|that is all|so isso $"
    ),
    Intent.AVAILABILITY: (
        "disponibilidad|disponibilidade|availability|disponible*|disponive*|available|vacanc*|vaga|vagas"
        f"|hay (lugar/algo/cupo/{_ROOM[1:-1]})|hay algun* {_ROOM}|tien* (lugar/algo/cupo/alguna/una/un)? .. {_ROOM}|(tien*/tenes) (lugar/algo/cupo)|tenes (lugar/algo/{_ROOM[1:-1]})"
        f"|queda* (lugar/algo/alguna/{_ROOM[1:-1]})|tem (vaga*/lugar/algo/algum/{_ROOM[1:-1]})|tem um? {_ROOM}|(do/would) you have .. {_ROOM}"
        f"|have you got .. {_ROOM}|got any .. {_ROOM}|any .. rooms|(is/are) there .. {_ROOM}|{_ROOM} free"
        f"|(cuanto/quanto) .. (noche/noite/{_ROOM[1:-1]})|how much .. (night/stay/{_ROOM[1:-1]})"
    ),
    Intent.BOOK: (
        "reservar*|reservo|reservamos|reserve (una/um/uma/a/an)|reserveme|reservame|agendar|reserve me"
        "|(una/hacer/haceme/hazme/nueva/fazer/uma/nova) reserva|(una/hacer_la) reservacion|reserva para|reservation for"
        "|(make/do/new) a? (reservation/booking)|reservation from|booking (for/from)|a booking $"
        "|(to/like_to/can_i/can_we/could_i/could_we/lets/let's/please) (book/reserve)|book (a/an/the/it/me/us/two/one/for)|book .. room|reserve .. room"
        "|(separame/separeme/separeme/apartame/aparteme/apartarme/separarme)|(apartar/separar/aparto/separo) (una/la/esa/un/ese/el/me_una)|hospedar*|alojar*|quedar* (en/ahi) (el/su/este)? hotel|(want/like/need/looking) to stay"
        f"|{_WISH} (to_have/to_get/reservar/tener)? {_ONE} {_ONE} {_KIND} {_ROOM}|{_WISH} (hacer/fazer/to_make/to_do)? (una/otra/uma/outra/a/another/new) (nueva/nova/new)? (reserva/reservacion/reservation/booking)"
        f"|(can/could/may) (i/we) (get/have) {_ONE} {_KIND} {_ROOM}|(puedo/podemos/podria/podriamos/posso) (tener/ter) {_ONE} {_KIND} {_ROOM}"
        "|(quiero/queremos/quisiera/gustaria/queria/quero/gostaria/gostariamos) (de)? (quedarme/quedarnos/ficar)|(otra/another/outra) (reserva/reservation/booking)"
        "|reserva (una/un/la/en/desde/del)|book (in/from/tomorrow/tonight/now)"
    ),
    Intent.CANCEL_RESERVATION: (
        f"(cancel*/anul*/desmarcar/desmarque) .. {_RESERVATION}|(cancelar*/cancelo/cancele/cancelen/cancela/cancelala/cancelem/cancel/canceling/cancelling)"
        f"|(anular/anularla/anulala/anulen)|(call/calling) off|(cancelacion/cancelamento/cancellation) .. {_RESERVATION}"
        "|(solicit*/pedir/pido/quiero/hacer/request/fazer/want) .. (cancelacion/cancelamento/cancellation)|(cancelacion/cancelamento/cancellation) $"
        f"|(dar_de_baja/da_de_baja) .. {_RESERVATION}"
    ),
    Intent.MY_RESERVATION: (
        "(mi/nuestra/minha/nossa/my/our) (reserva/reservacion/reservation/booking)|(tengo/tenemos/hice/hicimos) (una/mi)? (reserva/reservacion)"
        "|(tenho/temos/fiz/fizemos) (uma)? reserva|(have/made/got) a (reservation/booking)|ya (reserve/reservamos)|ja (reservei/reservamos)"
        "|(i/we/already) booked|i've booked|we've booked|i (already/have) (already)? booked|(estado/estatus/status) (de/da/of) (la/mi/minha/my/the)? (reserva/reservation/booking)"
        "|(confirm/confirma*) .. (reserva/reservation/booking) (a_nombre/em_nome/under/que/that)|(existing/current/previous) (reservation/booking)|reserva (existente/anterior/actual/atual)"
        "|reserva que (ya)? (hice/hicimos/fiz/fizemos/tengo/tenho)|(reservation/booking) (i/we/already) (already)? (made/have)"
    ),
    Intent.CHANGE_RESERVATION: (
        f"(cambi*/modific*/mover/muevan/alterar/altera/mudar/muda/remarcar/reagend*/correg*/change/modify/move/reschedule/amend/update) .. {_RESERVATION}"
        "|(cambi*/correg*/modific*/mudar/alterar/corrigir/trocar/change/correct) .. (fecha/fechas/data/datas/date/dates/personas/pessoas/people/habitacion/quarto/room/nombre/nome/name/correo/mail/email/datos/dados/details)"
        "|(extender/alargar/prolongar/ampliar/estender/extend) .. (estadia/estancia/reserva/stay/booking/reservation/noche*/noite*/night*)"
        "|(agregar/sumar/anadir/adicionar/add) (una/otra/uma/mais_uma/a/another/one_more/an_extra) (noche/noite/night)"
        "|(quedarme/quedarnos/quedarse/ficar/stay) .. (noche/noches/noite/noites/night/nights) (mas/mais/a_mais/more/longer/extra)|(stay/stay_for) (one_more/another/an_extra/two_more) (night/nights)|(leave/salir/irnos/irme/sair) (a/un/um/one) (day/dia) (earlier/early/antes)"
        "|cambiarla|cambiala|cambiamela|cambiarmela|cambienla|cambiela|cambiemosla|modificarla|modificala|modifiquenla|moverla|movela|muevela|muevanla|reprogramarla|adelantarla|posponerla"
        "|(pasarla/pasala/pasenla/correrla/correla) (al/para/del)|(mudar/muda/mude/mudem/alterar/altera/altere/remarcar/remarca/remarque) (ela/la)|(change/move/modify/reschedule/switch/amend/upgrade) it|upgrade (me/us) to|(correr/corro/corran/pasar/pasen/pasame) (la/mi/nuestra) (reserva/reservacion)"
    ),
    Intent.CHANGE_BOOKER: (
        "(cambi*/correg*/corrij*/modific*/actualizar/mudar/muda/mude/alterar/altera/corrigir/corrija/trocar/change/correct/fix/update) (el/mi/los/mis/o/meu/meus/os/the/my/our/al)? (correo/guest/booking/e/last/first)? (nombre/apellido/titular/correo/mail/email/nome/sobrenome/name/surname/datos/dados/details)"
        "|(cambi*/pasar*/poner*/ceder*/transferir/mudar/passar/change/transfer/put) .. (a_otro/a_outro/para_outro/em_outro/to_another/under_another/to_a_different) (nombre/nome/name)"
    ),
    Intent.KEEP_RESERVATION: (
        "no (la/lo/me_la/me/quiero/queremos/quisiera/voy_a/vamos_a/deseo)? (cancel*/anul*)|no (quiero/queremos/quisiera) que (la/lo/me_la)? (cancel*/anul*)"
        "|dejala|dejala (asi/como_esta)|dejela|dejenla|dejarla|dejemosla|dejemela|(dejar/deja/dejen) (la/mi) reserva|mantener*|mantenla|mantenela|mantene|mantengan|mantengo|(la/mi_reserva) (mantengo/mantenemos/conservo/dejo)|conservarla|conservala|me la quedo|quedarmela|la quiero $|(que_quede/queda/quede) como esta"
        "|nao (a/quero/queremos/vou/quero_mais)? (cancel*/desmarque/desmarcar)|nao quero que (a)? cancel*|manter|mantem|mantenha|mantenham|mantenho|(deixa/deixe/deixar/fica/fique) (ela/a_reserva)? (como_esta/assim)|deixa ela|(deixa/deixe/deixar) estar|fico com ela"
        "|(don't/dont/do_not/never) cancel|(don't/dont/do_not) want (you)? to cancel|rather not cancel|(won't/not_going_to) cancel|(not/no) cancel (it/my/the/our)|keep (it/that/things)|keep (my/the/our) (reservation/booking/room/stay)|leave (it/things) (as_it_is/as_is/like_that/be/alone)?"
    ),
    Intent.CANCELLATION_POLICY: (
        "(politica*/condicion*/condicoes/regra*/terminos/plazo*/prazo) (de/para) (la/o)? (cancel*/reembols*/anul*)|(cancellation/cancelation/cancel/refund) (policy/policies/terms/fee/fees/charge/charges/rules)|(free/flexible) cancellation|(policy/rules) (on/for/about) (cancellations/cancelling/canceling/refunds)"
        "|(cancelacion/cancelamento) (gratis/gratuit*/flexible/sin_cargo/sin_costo/sem_custo)|(multa/penal*/cargo/costo/taxa/custo) (por/de/para) (cancel*/la_cancelacion)|reembols*|refund*|(me/nos) devuelve*|devolucion*|(me/nos) devolve*|devolucao|money back|(tiene/hay/tem/ha) (algun/alguna/alguma)? (multa/penal*)|(multa/penalidad/penalidade) $|cancellation (is)? free"
        "|(me/nos) (cobran/cobra/cobras/cobrarian/cobram) .. cancel*|si (la/lo)? (cancelo/cancelamos/tengo_que_cancelar/tuviera_que_cancelar)|se (eu/a_gente)? (cancelar/cancelarmos/precisar_cancelar)|if (i/we) (later)? (have_to/need_to/want_to/must)? cancel"
        "|(puedo/podemos/podria/podriamos/se_puede/poder) cancelar* (despues/luego/mas_tarde/mas_adelante/al_final)|si (despues/luego/al_final) (la/lo)? (cancelo/cancelamos/tengo_que_cancelar/necesito_cancelar/quiero_cancelar)"
        "|(posso/podemos/da_para/poderia/poder) cancelar (depois/mais_tarde)|se (depois/eu/a_gente)? (eu)? (tiver_que_cancelar/tiver_de_cancelar/precisar_cancelar/quiser_cancelar)|(can/could/may) (i/we) (still)? cancel (it)? (later/after/afterwards/anytime)"
    ),
    Intent.NO_CODE: (
        "no (tengo/recuerdo/encuentro/se/conozco/me_acuerdo/me_llego/me_dieron/hallo/aparece) .. (codigo/localizador/numero_de_reserva)|(perdi/olvide/extravie/borre/se_me_perdio/me_olvide) .. codigo|no (lo/la) (tengo/recuerdo/encuentro/se/conozco)|no me acuerdo|no tengo $|no se cual|(sin/ningun) codigo"
        "|nao (tenho/lembro/sei/encontro/acho/achei/recebi/me_lembro) .. (codigo/localizador/numero_da_reserva)|(perdi/esqueci) (o/meu/do)? (codigo/numero)|nao (o)? (tenho/lembro) $|nao me lembro|nao sei qual|sem (o)? codigo"
        "|(don't/dont/do_not/can't/cannot/can_not/didn't/never) (have/remember/know/find/recall/get/got) .. (code/booking_number/reservation_number/confirmation_number/reference)|(lost/forgot/forgotten/misplaced/deleted) .. (code/number/reference)|(don't/dont/do_not) (have/remember/know) (it/one/that) $|no code|without (the/a)? code"
    ),
    Intent.LATE_CHECKOUT: (
        "(late/later) (check_out/checkout)|(check_out/checkout) .. (tardio/tardia/tarde/mas_tarde/mais_tarde/later/late)|(salida/saida) .. (tardia/tarde/mas_tarde/mais_tarde)"
        "|(salir/irme/irnos/marcharme/marcharnos) .. (mas_tarde/mas_tardecito/un_poco_despues)|(sair/ir_embora) .. (mais_tarde/depois_do_meio_dia)|(dejar/dejo/dejamos/entregar/desocupar/deixar/desocupar) .. (habitacion/cuarto/quarto/room/la/o) .. (mas_tarde/mais_tarde)"
        "|(leave/leaving/vacate/check_out/checkout) .. later|(leave/check_out/checkout) .. after (noon/midday/lunch)|(extend/extender/estender) .. (check_out/checkout)"
        "|(quedarme/quedarnos/ficar/salir/sair) .. (hasta_las/ate_as) (#/1*/2*/3*/4*/5*/6*)|(puedo/podemos/podria/podriamos/podriamos/posso/can/could/may) .. (salir/irme/irnos/sair/leave/check_out/checkout) (a_las/as/at) (#/1*/2*/3*/4*/5*/6*)"
    ),
    Intent.SPLIT_STAY: (
        "(aunque_sea/aunque_haya_que/aunque_tenga_que/aunque_tengamos_que/incluso/mesmo/mesmo_que/even/even_if/even_by) .. (cambi*/mud*/troc*/chang*/switch*) .. (habitacion/habitaciones/cuarto/cuartos/quarto/quartos/room/rooms)"
        "|(cambiando/mudando/trocando/changing/switching) (de)? (habitacion/cuarto/quarto/room/rooms)|(dividir/partir/split) .. (estadia/estancia/estadia/stay)|split stay|(noches/noites/nights) .. (en/em/in) .. (habitaciones/quartos/rooms) (distintas/diferentes/different)"
    ),
    Intent.ABANDON: (
        "olvida*|olvidate|dejalo|dejemoslo|deja asi|dejalo asi|no importa $|da igual $|ya no $|ya no (quiero/hace_falta/necesit*)|deixa (pra_la/para_la/quieto)|esquec*"
        "|nevermind|never mind|forget (it/about_it/that)|no quiero (nada/reservar/mas)|nao quero (nada/reservar/mais)"
        "|(don't/do_not/dont) want (to_book/to_reserve/anything/it_anymore)|(empezar/empecemos/comenzar/arrancar) de nuevo|(comecar/comecamos) de novo|start (over/again)"
    ),
    Intent.LATER: (
        "(lo/la) (consulto/pienso/voy_a_pensar/vamos_a_pensar/converso/conversamos/platico/hablo/hablamos/reviso/checo/analizo/pensamos)|(te/les/le/os) (aviso/avisamos/confirmo_luego/confirmo_despues/confirmo_manana/digo/cuento_luego) (luego/despues/mas_tarde/manana/cualquier_cosa)?|dejame (pensarlo/ver/consultar*/checar)|(me) lo pienso|despues (te/les/le)? (aviso/confirmo/escribo/vuelvo)"
        "|(vou/vamos) (pensar/ver_com/conversar/falar_com/consultar)|depois (eu)? (te/lhe)? (falo/aviso/volto/confirmo/digo)|te (falo/aviso) (depois/amanha)?|(let_me/i'll/i_will/i_need_to/need_to/have_to/got_to) (think/check_with/talk_to/ask_my/sleep_on/talk_it_over)|(get/come) back to (you/u)|let (you/u) know"
    ),
    Intent.HOURS: (
        "(horario/horarios/hora/horas) de (atencion/la_recepcion/recepcion)|(horario/horarios) (da/de) (recepcao/atendimento)|(recepcion/recepcao/reception) .. (funciona/hasta_que_hora/ate_que_hora/ate_que_horas/abiert*/abre*/abert*/open*/24/horario*)"
        "|(abren/abre/abierta/atienden/atendem/cierra*/fecha/open/close) .. (recepcion/recepcao/reception)|reception (hours/times)|(opening/office/business) hours"
        "|(que_hora/que_horario/que_horas) .. (abren/atienden/cierran/atendem/abrem/fecham)|(atienden/abren/estan) (los/las)? (domingos/sabados/24)|(horario/horarios)"
        "|(when/what_time) .. you (open/close)|are you open"
    ),
    Intent.CHECK_IN_TIME: (
        "check in|checkin|(hora/horario) (de)? (la)? (llegada/entrada/ingreso)|(hora/horario) (da/de)? (chegada/entrada)"
        "|que (hora/horas) .. (llegar/entrar/ingresar/chegar/entramos/llegamos)|(what_time/when/how_early) (can/may/do/could) (i/we) (arrive/get_in/check_in)|que hora .. (lista/pronto)|room (be)? ready"
    ),
    Intent.CHECK_OUT_TIME: (
        "check out|checkout|(hora/horario) (de)? (la)? (salida/saida/egreso)|que (hora/horas) .. (salir/dejar/irnos/irme/desocupar/sair/deixar/entregar)|(what_time/when) (do/must/should) (i/we) (have_to/need_to)? (leave/go/vacate)|hasta que (hora/horas) (puedo/podemos/nos_podemos/me_puedo) (estar/quedar*/tener)|ate que horas (posso/podemos/da_para) ficar|(be_out/out_of_the_room) by|to be out"
    ),
    Intent.ADDRESS: (
        "direccion|donde (estan/queda/quedan/esta/se_encuentran/se_ubican/es_el_hotel)|ubicacion|ubicad*|como (llego/llegar/llegamos/chegar/chego/chegamos)|endereco|onde (fica/ficam/esta/e_o_hotel)"
        "|onde voces (ficam/estao)|localizacao|(your/the/hotel/hotel's/is) address|address (please/of)|address $|where (are_you/is_the_hotel/is_it/is_your_hotel/exactly)|(how/best_way) (do/can/to)? (i/we)? get (there/to_the_hotel/to_you)|your location|location $"
    ),
    Intent.PERSON: (
        "(hablar/comunicarme/contactar/contactarme/pasame/paseme/comuniqueme/pasar/pasas) (con)? .. (persona/alguien/humano/humana/recepcion/recepcionista/agente/asesor/asesora/operador/operadora/encargad*/gerente/ejecutivo/supervisor/supervisora/responsable)"
        "|persona real|(un/una/algun) (humano/asesor/asesora/agente/operador/operadora/recepcionista)|(humano/recepcionista/asesor/operador/agente) $|(llamar/llamo) a (la)? recepcion"
        "|falar .. (pessoa/alguem/humano/atendente/recepcao/gerente/recepcionista)|atendente|(talk/speak/chat/connect*) .. (person/someone/somebody/human/agent/reception/staff/manager/receptionist)"
        "|real person|human being|a human|human $|(el/al/o/the/a/your) (gerente/manager/encargad*)|me (pueden/puede/podrian/puedes) llamar|que me llamen|llamenme|call me|me (liga/ligam/liguem)|podem me ligar"
    ),
    Intent.EMERGENCY: (
        "emergencia|emergency|incendio|hay fuego|fuego en|hay humo|pegando fogo|incendiando|fire in|on fire|there (is/was) a? fire|there's a? fire|fire $|fuego $|fogo $"
        "|ambulancia|ambulance|(necesit*/llam*/urgente/preciso/precisamos/chame*/chama/hay) (a/de)? (un/um/algun)? medico|(need/call/get) .. doctor|medico urgente"
        "|(llam*/necesit*/chame*/chama/call*/need) .. (policia/police/bomberos/bombeiros/paramedic*/cops)|no (puedo/puede) respirar|nao (consigo/consegue) respirar|(can't/cannot/can_not) breathe"
        "|(un/uma/um/a) infarto|infarto $|heart attack|socorro|auxilio|me (robaron/asaltaron/atacaron)|(fui/fomos) (roubad*/assaltad*)|(i/we) just? (was/were/got) (robbed/attacked/mugged)|sangrando|bleeding"
        "|(fuga/escape/olor/vazamento/cheiro) (de/a) gas|(huele/olor/cheira/cheirando/cheiro) .. (a/de) gas|(smell/smells/smelling/smelled) .. gas|gas leak|smell gas|se desmayo|desmaiou|(passed/passing) out|unconscious|se (esta/estan) (muriendo/ahogando)|is (dying/choking/drowning)"
    ),
    Intent.PARKING: "estacionamiento*|estacionar|parqueo|parqueadero|cochera*|garaje|garage|garagem|estacionamento|aparcamiento|aparcar|parking|park (my/our/the/a) car|(dejar/guardar/deixar) (el/mi/o) (auto/coche/carro)|lugar para (el/mi/o) (auto/coche/carro)",
    Intent.PETS: "mascota|mascotas|perr*|perro|gato|gata|gatos|gatas|gatito*|animales|animal|animais|cachorr*|pet|pets|dog|dogs|cat|cats|puppy",
    Intent.BREAKFAST: "desayun*|cafe (da/de)? manha|cafe incluso|breakfast|pequeno almoco",
    Intent.WIFI: "wifi|wi fi|internet",
    Intent.POOL: "piscin*|pileta|alberca|pool|pools",
    Intent.OTHER_OPTION: (
        "(la/el/a/o/las/los/as/os) (otra/otro/outra/outro/otras/otros/outras/outros)|(otra/outra/otras/outras) (habitacion*/cuarto*/quarto*/opcion*/opcao/opcoes)"
        "|(mas/mais) (opciones/opcoes)|the other|(other/another) (room/rooms/option/options)|more options"
    ),
    Intent.HELP: (
        "que (puedes/podes/puede/sabes) hacer|(en_que/como) (me)? (puedes/podes/pueden/puede) (me)? ayudar*|(necesito/quiero) ayuda|ayuda|ayudame|o que (voce)? (faz/pode_fazer/sabe_fazer)|ajuda|ajude*"
        "|what (can/do) you do|help|help me|menu|(que/ver/las) opciones"
    ),
}  # fmt: skip

# Asks what something costs, or whether it may be had: a room, unless the message names another thing.
PRICES: Final = Phrasebook({
    True: "(cuanto/quanto) (me/nos)? (cuesta*/sale/salen/vale/valen/cobran/es/seria/esta/custa*/sai/fica/e/cobram/costaria)|how much|precio*|preco*|price*|rate|rates|tarifa*|diaria|diarias"
    "|costo|costos|cost|costs|valor|valores|cotiza*|orcamento|quote|presupuesto",
})  # fmt: skip
# Wherever a reservation is named, these change it: «tengo una reserva y necesito corregir la cantidad de adultos».
_CHANGES: Final = Phrasebook({
    Intent.CHANGE_RESERVATION: "(cambiar*/cambia/cambiame/cambien/modific*/corregir/corrijan/actualizar/alterar/alterem/mudar/remarcar/reagend*/change/modify/move/shift/amend/update/upgrade/reschedule/alter)",
})  # fmt: skip
_RESERVATIONS: Final = frozenset("reserva reservas reservacion reservation booking".split())
_STAYS: Final = frozenset("estadia estancia stay".split())
_SOMEWHERE: Final = Phrasebook({True: "(donde/onde) (esta/queda/fica) (la/el/a/o)|where is (the/a)|where's the"})
_THE_HOTEL: Final = frozenset(
    "hotel hostel posada pousada direccion ubicacion endereco address location place lugar".split()
)
_BOOK: Final = Phrasebook({**PHRASES, **WISHES})
_TOPICS: Final = frozenset({Intent.PARKING, Intent.PETS, Intent.BREAKFAST, Intent.WIFI, Intent.POOL})
_FACTS: Final = _TOPICS | {Intent.CHECK_IN_TIME, Intent.CHECK_OUT_TIME, Intent.RESTAURANT, Intent.GYM_SPA}
# What is asked for of them names a thing of the hotel's without asking about it: «no anda el wifi», «¿hay room service?».
_NAMED: Final = _TOPICS | {Intent.LUGGAGE, Intent.RESTAURANT, Intent.AVAILABILITY}
_DONE_BY_STAFF: Final = frozenset(
    {Intent.REPORT_PROBLEM, Intent.ROOM_SERVICE, Intent.HOUSEKEEPING, Intent.LOST_ITEM, Intent.TRANSPORT}
)
_HOUR: Final = frozenset("hora horas horario time when cuando quando".split())
_LATE: Final = frozenset("late later tarde tardio tardia".split())
_TABLES: Final = frozenset({"mesa", "mesas", "table"})
_POLICIES: Final = frozenset({"politica", "politicas", "policy"})
_UNDOES_A_WISH: Final = frozenset("no nao don't dont not nunca never sin sem ni jamas didn't".split())
# «no puedo reservar», «no logro cancelar» and «no me importa dividir la estadía» want it all the same.
_NO_NEGATION: Final = frozenset("puedo podemos pude logro consigo consegui pueden can could se sei know gracias obrigado obrigada thanks pero mas but mejor melhor importa molesta incomoda problema mind wait espera espere esperen pera perai calma".split())  # fmt: skip
_NEGATABLE: Final = frozenset(
    {
        Intent.MY_RESERVATION,
        Intent.BOOK,
        Intent.CANCEL_RESERVATION,
        Intent.EMERGENCY,
        Intent.PERSON,
        Intent.CHANGE_RESERVATION,
        Intent.CHANGE_BOOKER,
        Intent.LATE_CHECKOUT,
        Intent.SPLIT_STAY,
    }
)
_NEGATION_REACH: Final = 4
# What makes of «cancelar» a question about the rules.
_POLICY: Final = Phrasebook({
    True: "politica*|policy|policies|penal*|multa|(sin/sem) (costo/cargo/custo/penalidad/multa)|gratis|gratuit*|free|hasta cuando|ate quando|until when|reembols*|refund*|cuanto tiempo antes|fee|fees|plazo*|prazo",
})  # fmt: skip
# What does cancel, whatever is asked of the rules beside it; and what only would.
_CANCELS: Final = Phrasebook({
    True: "(quiero/queremos/quisiera/quisieramos/necesito/necesitamos/deseo/quero/queria/preciso/precisamos) (cancelar/anular) (la/mi/nuestra/una/a/minha/nossa/uma/reserva*)|(want_to/need_to/i'd_like_to/would_like_to) cancel (my/our/the/a/booking/reservation)",
    False: "(si/se/if) (yo/eu/i/we)? (quiero/queremos/quisiera/necesito/necesitamos/quero/preciso/precisamos/want/need)",
})  # fmt: skip
# «salida de emergencia», «Tierra del Fuego»: the word, not the matter.
_HARMLESS: Final = Phrasebook({
    Intent.PERSON: "(cuerpo/corpo/recursos/derechos/direitos) (humano/humanos)|human (body/rights/resources)|(vacante/puesto/vaga/empleo/emprego/trabajo) de recepcionista"
    "|(are_you/is_this/talking_to/speaking_to/chatting_with/eres/sos/es_usted/voce_e/vc_e/isso_e/hablo_con/hablando_con/falando_com) .. (person/human/persona/humano/humana/pessoa/gente) .. (bot/robot/robo/maquina/machine/ai/ia)|(are_you/is_this/eres/sos/es_usted/voce_e) (a/an/una/un/uma/um)? (real)? (person/human/persona/humano/humana/pessoa/persona_real/pessoa_real) $|(bot/robot/robo/maquina) (o/ou/or) .. (person/human/persona/humano/humana/pessoa/gente)",
    Intent.EMERGENCY: "(salida*/contacto/telefono/numero/saida*/contato/luz/escalera*) de emergencia|emergency (exit*/contact/phone/number)|fire (exit/alarm/place/pit/escape)|tierra del fuego",
    Intent.PETS: "hot (dog/dogs)|perro caliente|perros calientes|cachorro quente",
    Intent.GREET: "tudo bem $",
})  # fmt: skip


def read_intents(words: Sequence[str]) -> frozenset[Intent]:
    """The intents of a message, yes and no apart; `words` as tokens.words_of cuts them."""
    harmless = list(_HARMLESS.find(words))
    all_found = [*_BOOK.find(words), *(_CHANGES.find(words) if _RESERVATIONS & set(words) else ())]
    found = [one for one in all_found if not _negated(one, words) and not _within(one, harmless)]
    intents = {one.label for one in found}
    if intents & _DONE_BY_STAFF and intents & _NAMED:
        intents = {one.label for one in found if one.label not in _NAMED or not _of_staff(one, found)}
    _sharpen(intents, words)
    return frozenset(intents)


def names_a_reservation(words: Sequence[str]) -> bool:
    """Whether a message names one that exists, and not just a part of it."""
    return not (_RESERVATIONS | _STAYS).isdisjoint(words)


def _negated(found: Found[Intent], words: Sequence[str]) -> bool:
    """«no quiero reservar»: a negation shortly before, in the same clause."""
    if found.label not in _NEGATABLE:
        return False
    for word in reversed(words[max(0, found.begin - _NEGATION_REACH) : found.begin]):
        if word == BREAK or word in _NO_NEGATION:
            return False
        if word in _UNDOES_A_WISH:
            return True
    return False


def _within(found: Found[Intent], harmless: Sequence[Found[Intent]]) -> bool:
    return any(one.label is found.label and one.begin <= found.begin < one.end for one in harmless)


def _sharpen(intents: set[Intent], words: Sequence[str]) -> None:
    """Where one intent explains the words of another, the other goes."""
    _sharpen_what_cancels(intents, words)
    _sharpen_wishes(intents, words)
    if Intent.ADDRESS in intents and of_a_place_inside(words):
        intents -= {Intent.ADDRESS}
    if next(PRICES.find(words), None) and not intents & COST_SOMETHING:
        intents.add(Intent.AVAILABILITY)
    if Intent.SPLIT_STAY in intents:
        intents -= {Intent.CHANGE_RESERVATION}
    if intents & {Intent.CANCEL_RESERVATION, Intent.CHANGE_RESERVATION}:
        intents -= {Intent.BOOK, Intent.MY_RESERVATION}
    if intents & {Intent.CHANGE_RESERVATION, Intent.LATE_CHECKOUT}:
        intents -= {Intent.CHECK_OUT_TIME}
    if Intent.MY_RESERVATION in intents:
        intents -= {Intent.BOOK}
    if Intent.ABANDON in intents:
        intents -= {Intent.BOOK}
    if intents & _FACTS:
        # «horario del desayuno» asks for the breakfast's.
        intents -= {Intent.HOURS}


def wants_to_cancel(words: Sequence[str]) -> bool:
    """«Quiero cancelar mi reserva», in so many words, and no «si quiero cancelar»."""
    return {one.label for one in _CANCELS.find(words)} == {True}


def of_a_place_inside(words: Sequence[str]) -> bool:
    """«¿Dónde está la salida de emergencia?» asks for no address."""
    return next(_SOMEWHERE.find(words), None) is not None and not set(words) & _THE_HOTEL


def _of_staff(found: Found[Intent], all_found: Sequence[Found[Intent]]) -> bool:
    """Whether it shares words with what staff are asked for."""
    return any(
        one.label in _DONE_BY_STAFF and one.label is not found.label and one.begin < found.end and found.begin < one.end
        for one in all_found
    )


def _sharpen_wishes(intents: set[Intent], words: Sequence[str]) -> None:
    """«Reservar una mesa» books no room, and «quiero mi reembolso» asks for no rules."""
    if Intent.RESTAURANT in intents and not _TABLES.isdisjoint(words):
        intents -= {Intent.BOOK}
    if Intent.REFUND in intents:
        intents -= {Intent.REFUND} if not _POLICIES.isdisjoint(words) else {Intent.CANCELLATION_POLICY}
    if Intent.EARLY_CHECK_IN in intents:
        intents -= {Intent.CHECK_IN_TIME, Intent.ARRIVAL_NOTICE}
    if Intent.LUGGAGE in intents and not _HOUR.intersection(words):
        # «After the check-out» tells when the bags are left.
        intents -= {Intent.CHECK_IN_TIME, Intent.CHECK_OUT_TIME}
        intents -= {Intent.LATE_CHECKOUT} if _LATE.isdisjoint(words) else set()
    if Intent.ARRIVAL_NOTICE in intents and Intent.LUGGAGE in intents:
        intents -= {Intent.ARRIVAL_NOTICE}


def _sharpen_what_cancels(intents: set[Intent], words: Sequence[str]) -> None:
    """«¿Puedo cancelar gratis?» cancels nothing, and «esqueci o código» drops nothing."""
    if Intent.CANCEL_RESERVATION in intents and next(_POLICY.find(words), None):
        intents.add(Intent.CANCELLATION_POLICY)
    if Intent.CANCELLATION_POLICY in intents:
        # «Quiero cancelar mi reserva y saber si me cobran algo» does.
        wants = Intent.CANCEL_RESERVATION in intents and wants_to_cancel(words)
        intents -= {Intent.KEEP_RESERVATION} if wants else {Intent.CANCEL_RESERVATION, Intent.KEEP_RESERVATION}
    if Intent.NO_CODE in intents:
        intents -= {Intent.ABANDON}
