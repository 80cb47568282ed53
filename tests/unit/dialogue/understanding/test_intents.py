"""What a guest wants, in three languages; the expected names are intents, and every one of them."""

import pytest

from agente_hotelero.dialogue.reading import Intent
from tests.unit.dialogue.understanding.reading import read

WANTED = """
greet            hola | Buenas | buen día | buenas tardes | holaaa | oi | olá | bom dia | boa noite | hello | hi there | hey! | good morning
thank            gracias | muchas gracias! | obrigada | valeu | thanks | thank you so much | mil gracias
goodbye          chau | adiós | hasta luego | nos vemos | tchau | até logo | bye | see you | hasta mañana
availability     tienen lugar? | hay disponibilidad para mayo? | tenés habitaciones libres? | tem vaga? | tem quarto para sexta? | vocês têm quartos disponíveis? | do you have a double room? | any rooms left? | is there availability?
availability     cuánto cuesta la doble? | cuanto sale por noche | precios? | tarifas por favor | quanto custa? | quanto fica a diária? | how much is a suite? | what are your rates | pasame una cotización | valores?
book             quiero reservar | quisiera hacer una reserva | necesito una habitación | busco un cuarto para dos | reservame la doble | quiero hospedarme ahí | gostaria de fazer uma reserva | quero um quarto | preciso de um quarto duplo
book             I'd like to book a room | can I book? | I need a room for tonight | make a reservation please | looking for a double | reservation for two | we want to stay with you
cancel_reservation quiero cancelar mi reserva | cancelar la reserva | necesito anular mi reserva | cancela mi reserva porfa | quero cancelar minha reserva | pode cancelar a reserva? | cancel my booking | I want to cancel my reservation | I need to cancel | no puedo cancelar mi reserva
my_reservation   tengo una reserva | mi reserva | quiero ver mi reserva | ya reservé ayer | minha reserva | tenho uma reserva | já reservei | my reservation | I have a booking | I already booked | estado de mi reserva
change_reservation quiero cambiar mi reserva | modificar la reserva | cambiar las fechas de mi reserva | quero alterar minha reserva | mudar a data da minha reserva | change my booking | I need to reschedule my reservation | agregar una noche | extender mi estadía | quiero quedarme una noche más | queria ficar uma noite a mais | can we stay one more night? | can I leave a day earlier?
change_reservation quiero cambiarla del 12 al 15 de mayo | cambiala al 12 | cámbiala por favor | no mejor cambiala | ¿la pueden pasar? pasala al 20 | dá para mudá-la? | quero mudar ela para o dia 12 | pode alterá-la? | can you change it to May 12? | move it to the 20th | I need to reschedule it
change_booker    quiero cambiar el nombre de mi reserva | corregir el apellido | cambiar mi correo | quero mudar o nome da reserva | corrigir o sobrenome | change the name on my booking | update my email | pasar la reserva a otro nombre
keep_reservation no la canceles | mejor no la canceles | no quiero cancelarla | déjala | dejala como está | mantené la reserva | no, me la quedo | não cancela não | não quero mais cancelar | melhor manter | deixa como está | don't cancel it | I don't want to cancel | keep it | actually no, leave it | I'd rather keep my booking
cancellation_policy cuál es la política de cancelación? | puedo cancelar gratis? | hasta cuándo puedo cancelar? | si cancelo me cobran? | ¿tiene multa? | cuánto me cobran por cancelar? | hay reembolso? | qual é a política de cancelamento? | se eu cancelar tem multa? | tem reembolso? | what is the cancellation policy? | is there free cancellation? | what happens if I cancel? | is it refundable?
no_code          no tengo el código | no lo tengo | no sé cuál es | perdí el código | no me acuerdo del código | no encuentro el número de reserva | não tenho o código | não lembro | perdi o código | esqueci o código | I don't have the code | I lost the code | I can't find my booking number | I don't have it
late_checkout    late check out? | quiero un late check-out | ¿puedo salir más tarde? | queremos salir un poco más tarde | salida tardía | check out más tarde | ¿puedo salir a las 14? | cuánto cuesta el late checkout? | posso sair mais tarde? | saída mais tarde | check-out tardio | can I leave later? | could we check out later? | late checkout please | can I check out at 2 pm?
split_stay       aunque sea cambiando de habitación | no importa, aunque haya que cambiar de cuarto | mesmo trocando de quarto | even if we have to change rooms | can we split the stay? | quiero dividir la estadía | no me importa dividir la estadía | I don't mind a split stay
hours            horario de atención? | a qué hora abren? | la recepción está abierta 24 horas? | horário da recepção | what are your opening hours | is the reception open? | atienden los domingos? | horarios
check_in_time    a qué hora es el check in? | check-in? | hora de llegada | desde qué hora puedo entrar? | qual o horário do check-in? | que horas posso chegar? | what time is check-in? | when can we check in?
check_out_time   a qué hora es el check out? | hasta qué hora puedo dejar la habitación? | hora de salida | horário do checkout | what time is check out? | what time do we have to leave?
address          dirección? | dónde queda el hotel? | dónde están ubicados? | cómo llego? | me pasás la ubicación | onde fica o hotel? | endereço por favor | what's your address? | where are you? | how do I get there?
person           quiero hablar con una persona | hablar con alguien | pasame con recepción | un humano por favor | necesito un asesor | quero falar com um atendente | falar com uma pessoa | can I talk to a human? | speak to someone | I want the manager | call me please
emergency        es una emergencia | hay un incendio | llamen una ambulancia! | necesito un médico | no puedo respirar | me robaron | socorro | emergência | preciso de um médico | fui roubada | there is a fire | call the police | he is having a heart attack | I can't breathe | hay olor a gas | huele mucho a gas en la 204 | cheiro forte de gás no quarto | it smells strongly of gas
parking          tienen estacionamiento? | hay cochera? | dónde puedo aparcar? | puedo dejar el auto? | tem estacionamento? | tem garagem? | is there parking? | can we park our car?
pets             aceptan mascotas? | puedo ir con mi perro? | llevo un gatito | aceitam animais? | posso levar meu cachorro? | are pets allowed? | can I bring my dog?
breakfast        incluye desayuno? | a qué hora es el desayuno? | tem café da manhã? | is breakfast included? | cuánto cuesta el desayuno? | horario del desayuno
wifi             hay wifi? | tienen wi-fi? | internet? | tem wifi? | what's the wifi password
pool             tienen piscina? | hay pileta? | la alberca está abierta? | do you have a pool? | tem piscina?
help             ayuda | qué podés hacer? | en qué me puedes ayudar? | ajuda | o que você faz? | help | what can you do? | menu
abandon          olvídalo | dejalo así | no importa | ya no quiero | no quiero reservar nada | deixa pra lá | esquece | never mind | forget it | empezar de nuevo | start over | não quero mais
payment          formas de pago? | aceptan tarjeta? | se puede pagar en efectivo? | puedo pagar en cuotas? | aceitam cartão? | posso pagar com pix? | dá para parcelar? | do you take credit cards? | can I pay cash? | payment methods
disputed_charge  me cobraron de más | me cobraron dos veces | cobraram duas vezes | cobrança indevida | I was charged twice | you overcharged me | I don't recognise this charge
discount         tienen descuento para jubilados? | hay alguna promo? | tem desconto? | any special offers? | is there a discount for students?
invoice          necesito factura | me hacen factura A? | pueden emitir boleta? | preciso de nota fiscal | can I get an invoice? | where is my receipt
refund           quiero mi reembolso | cuándo me devuelven la plata? | devuélvanme el dinero | quero meu dinheiro de volta | cadê meu estorno | where is my refund? | I want my money back
early_check_in   early check in? | puedo entrar más temprano? | puedo hacer el check in antes? | dá pra entrar mais cedo? | check-in antecipado | can we check in early? | any chance of early check-in?
arrival_notice   llego a las 22 | llegamos tipo 11 de la noche | voy en camino | estamos retrasados | vou chegar por volta das 23h | estamos a caminho | running late | our flight is delayed | we are on our way | late arrival
luggage          pueden guardar las maletas? | guardan equipaje? | puedo dejar la valija? | guardam bagagem? | posso deixar as malas? | can we leave our bags? | luggage storage?
transport        tienen transfer? | cómo llego desde el aeropuerto? | me piden un taxi? | tem traslado do aeroporto? | is there a shuttle? | can you book me a taxi? | airport transfer?
local_tips       qué se puede visitar? | recomiendan algún restaurante? | dónde comer por ahí? | lugares turísticos? | onde jantar perto? | o que visitar? | things to do nearby? | any good places to eat?
restaurant       tienen restaurante? | hasta qué hora abre la cocina? | sirven almuerzo? | tem restaurante? | servem jantar? | do you have a restaurant? | is the bar open? | quiero reservar una mesa
gym_spa          tienen gimnasio? | hay sauna? | masajes? | tem academia? | is there a gym? | do you have a spa?
accessibility    tienen habitación accesible? | entra una silla de ruedas? | tem rampa? | é acessível? | cadeira de rodas | wheelchair access? | is it step free?
children         aceptan niños? | tienen cuna? | los niños pagan? | tem berço? | criança paga? | do you have a crib? | are kids free? | babysitting?
house_rules      se puede fumar? | puedo recibir visitas? | es permitido fumar? | posso receber visitas? | is smoking allowed? | can I have visitors? | house rules?
room_info        tiene aire acondicionado? | qué tiene la habitación? | tem varanda? | o quarto tem frigobar? | does it have air conditioning? | what is in the room?
services_info    qué servicios tienen? | tienen lavandería? | cambian dólares? | quais serviços vocês oferecem? | what services do you offer? | is there laundry?
room_service     hay room service? | me suben un café al cuarto? | serviço de quarto? | pode trazer água no quarto? | room service please | can you bring coffee to my room?
housekeeping     necesito toallas | me traen más almohadas? | pueden limpiar la habitación? | preciso de toalhas | can I get more towels? | extra pillows please | please clean my room
report_problem   no funciona el aire | no hay agua caliente | la ducha no anda | la habitación está sucia | hay cucarachas | quiero poner una queja | o ar não funciona | quarto sujo | o chuveiro não esquenta | the shower doesn't work | the room is dirty | there is too much noise | the wifi is not working
lost_item        olvidé mi cargador | se me quedó el celular en el cuarto | perdí mi pasaporte | esqueci meus óculos no quarto | achados e perdidos | I left my phone in the room | I lost my wallet | lost and found?
special_request  una habitación tranquila por favor | piso alto | es nuestra luna de miel | cama extra | quarto silencioso | é nossa lua de mel | cama adicional | high floor please | it's our honeymoon | an extra bed
event_group      somos un grupo de 30 | hacen bodas? | tienen salón de eventos? | tarifa corporativa | somos um grupo de 40 | fazem casamento? | group booking for 20 | do you host weddings? | meeting room
later            lo consulto con mi esposo | lo pienso y te aviso | déjame pensarlo | después te confirmo | te aviso mañana | vou pensar | vou ver com meu marido | depois eu te falo | let me think about it | I'll get back to you | I'll let you know
other_option     la otra | prefiero el otro | otra habitación? | más opciones | a outra | the other one | any other rooms? | more options
"""
TRAPS = """
book             quiero cancelar mi reserva | no quiero reservar nada | no quiero una habitación | não quero reservar | I don't want to book anything | mi reserva | ya reservé una doble | cambiar mi reserva | cancelar a reserva | anular la reserva que hice | I have a booking | vi el hotel en booking.com | never book a room without asking | olvidá la reserva
cancel_reservation no quiero cancelar | no, no cancelen mi reserva | I don't want to cancel | cuál es la política de cancelación? | puedo cancelar gratis? | hasta cuándo puedo cancelar? | is there free cancellation? | não quero cancelar
cancel_reservation no la canceles | don't cancel it | não cancela não | what is the cancellation policy? | si cancelo me cobran? | what happens if I cancel?
keep_reservation quiero cancelar mi reserva | sí cancelala | no puedo cancelar mi reserva | no sé si cancelar
cancellation_policy sí cancela la reserva | si cancelala | cancel my booking | cancelación
change_booker    cambiar mi reserva a nombre de Ana Ruiz | change my booking, my name is Ana Ruiz | cambiar las fechas
change_reservation para pasarla bien | no quiero cambiarla
no_code          el código es DEMO-7F3KMQ | no tengo auto
abandon          esqueci o código
availability     cuál es el costo de cancelación?
person           no quiero hablar con una persona | somos una persona | soy una persona alérgica
emergency        no es una emergencia | contacto de emergencia | viajo a Tierra del Fuego | dónde está la salida de emergencia? | soy médico | is there a fire place? | un congreso de médicos | mi marido es policía
availability     cuánto cuesta el estacionamiento? | how much is breakfast? | quanto custa o estacionamento?
hours            horario del desayuno | a qué hora abre la pileta?
my_reservation   cancelar mi reserva | cambiar mi reserva
check_out_time   quiero un late check out
change_reservation aunque sea cambiando de habitación | even if we have to change rooms
split_stay       no quiero dividir la estadía | não quero dividir a estadia | I don't want to split the stay | quiero cambiar de habitación | quiero cambiar mi reserva | mudar de quarto
late_checkout    a qué hora es el check out? | hasta qué hora puedo dejar la habitación? | what time do we have to leave? | voy a llegar más tarde | hablamos más tarde | I'll arrive later | no quiero late check out
abandon          no importa el precio | deja ver | dejame pensar
later            qué piensan hacer | me avisan cuando esté lista? | let me know
address          ¿dónde está la piscina? | onde fica a piscina? | where is the pool?
person           are you a real person? | sos una persona o un bot? | é robô ou gente?
late_checkout    puedo dejar las maletas después del check out?
check_out_time   can we leave our bags after checkout?
discount         the lift turned off
goodbye          me quedo hasta el viernes
greet            oiga | hijo
pets             hot dog | un perro caliente
wifi             no anda el wifi
breakfast        me suben el desayuno a la habitación?
book             quiero reservar una mesa
cancellation_policy quiero mi reembolso
refund           cuál es la política de reembolso?
check_in_time    puedo hacer el check in antes?
availability     cuánto sale el masaje? | tienen descuento?
report_problem   la tarifa más barata | la opção mais barata
event_group      voy a una boda | vamos a un congreso
affirm           si hay lugar | va a llover
thank            agradable
"""


def table(text: str) -> list[tuple[Intent, str]]:
    rows = [line.split(maxsplit=1) for line in text.strip().splitlines()]
    return [(Intent(name), message.strip()) for name, messages in rows for message in messages.split("|")]


@pytest.mark.parametrize(("intent", "message"), table(WANTED))
def test_a_guest_is_understood(intent: Intent, message: str) -> None:
    assert intent in read(message).intents


@pytest.mark.parametrize(("intent", "message"), table(TRAPS))
def test_a_trap_is_not_walked_into(intent: Intent, message: str) -> None:
    assert intent not in read(message).intents


@pytest.mark.parametrize(
    ("message", "intents"),
    [
        ("hola, quiero reservar y saber si aceptan mascotas", {Intent.GREET, Intent.BOOK, Intent.PETS}),
        ("tienen piscina y desayuno?", {Intent.POOL, Intent.BREAKFAST}),
        ("gracias, chau", {Intent.THANK, Intent.GOODBYE}),
        ("hi, I want to cancel my reservation please", {Intent.GREET, Intent.CANCEL_RESERVATION}),
        ("quiero cambiar mi reserva, es una emergencia", {Intent.CHANGE_RESERVATION, Intent.EMERGENCY}),
        (
            "no quiero cancelar, quiero reservar otra habitación",
            {Intent.KEEP_RESERVATION, Intent.BOOK, Intent.OTHER_OPTION},
        ),
        ("a qué hora es el check-in y dónde queda?", {Intent.CHECK_IN_TIME, Intent.ADDRESS}),
        ("me llamo Ana Ruiz", set()),
        ("del 3 al 5 de mayo", set()),
        ("asdf qwer", set()),
        ("", set()),
    ],
)
def test_a_message_may_want_several_things_and_nothing_else(message: str, intents: set[Intent]) -> None:
    assert read(message).intents == intents


def test_every_intent_has_its_messages() -> None:
    shown = {intent for intent, _ in table(WANTED)}
    # What a price is asked for is AVAILABILITY by the phrases; only a model tells it apart.
    assert shown == set(Intent) - {Intent.AFFIRM, Intent.DENY, Intent.ASK_PRICE}
