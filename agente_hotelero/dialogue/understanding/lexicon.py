"""Words that mean the same to a front desk, in three languages: what one author calls «pileta» another calls «alberca».

A word ending in * stands for all that begin with it. A word may mean several things; folded spelling throughout.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

CONCEPTS: Final = {
    # what people want done
    "book": "reserv* book* agend* apart* separ* guardame garant* hold hospedar* alojar* hospedarnos",
    "cancel": "cancel* anul* desmarc* baja desist* calloff",
    "change": "cambi* modific* mover* mueve muevan alter* mudar muda mude mudam remarc* reprogram* reagend* reschedul* chang* modif* mov* switch* amend* update* swap* correg* corrig* troc* adelant* atras* adiar antecip* postpon* pospon* posterg* push* aplaz*",
    "extend": "extend* extens* alarg* prolong* ampli* estend* estic* agreg* sumar suma anadir acrescent* add* longer extra shorten* acort* encurt* reducir reduz*",
    "confirm": "confirm* constancia voucher comprob* comprovante localizador registrad* registro figur* aparec* verific* consta",
    "mine": "mi mis nuestra nuestro minha meu nossa nosso my our",
    "booking": "reserva reservas reservacion reservaciones reservation* booking* bookings estadia estancia estada stay hospedagem",
    "available": "disponib* disponiv* availab* vacan* vaga vagas lugar cupo cupos espacio free libre* livre* queda* sobra* left",
    "want": "quiero quisiera queria quero gostaria necesito preciso want need would like wanna queremos gustaria deseo busco procuro",
    "ask": "saber consulta* pregunt* pergunt* duvida duda question* info* wondering inquir* enquir*",
    "person": "persona humano humana humanos pessoa human person someone somebody alguien alguem agente agent asesor* ejecutiv* operador* atendente* encargad* gerente manager supervis* recepcionista* receptionist representative staff real",
    "call": "llam* ligar liga liguem ligue marcar* telefon* phone call* ring contact* contat* comuni* falar fale hablar hable platicar talk speak",
    # money
    "price": "precio* preco* price* tarifa* rate rates cost* cuest* cuanto quanto valor* diaria* cotiz* orcament* presupuest* quote* much vale sale sai cobr* charge* fee fees pric* caro cara barat* cheap* expensive",
    "offer": "promo* descuent* descont* discount* oferta* offer* deal deals cupon cupom coupon rebaja* convenio",
    "pay": "pag* pay* tarjeta* cartao cartoes card cards efectivo dinheiro cash transferencia* transfer* deposit* sena abono anticip* sinal cuota* parcel* instal* pix paypal visa mastercard amex debit* credit* link yape plin nequi bizum mbway multibanco zelle venmo mercadopago apple boleto oxxo spei cvu cbu iban wire",
    "charged": "cobraron cobrado cobrad* cobraram charged cargo cargos duplicad* twice doble dobro declin* rechaz* recus* preautoriz* hold statement fatura extrato resumen",
    "invoice": "factur* cfdi rfc nota nf nfe fiscal cnpj cuit nit ruc rut nif contribuinte receipt* recib* invoice* folio vat iva tax fatura boleta",
    "refund": "reembols* refund* devolu* devolv* devuelv* reintegr* estorn* ressarc* dinero dinheiro money back plata",
    "policy": "politic* policy policies condicion* condico* terms penalid* penalty multa* regra* reglas plazo prazo reembolsab* reembolsav* refundable gratis gratuit* free flexible flexivel noshow",
    # coming and going
    "checkin": "checkin ingreso entrada entrar ingresar registr* llegada chegada checkin",
    "in": "in entrar ingresar entrada ingreso",
    "checkout": "checkout salida saida egreso salir sair desocup* vacate leave leaving dejar entregar",
    "early": "temprano cedo early antes before earlier adelantad* madrug* sooner pronto",
    "late": "tarde late later after despues depois retras* atras* delay* demor* noche madrugada midnight medianoche",
    "arrive": "lleg* cheg* arriv* aterriz* pous* land* vuelo* voo flight* vamos",
    "document": "document* dni pasaporte* passaporte* passport* cedula identidad* identidade id ids ine rg cpf visa",
    "luggage": "equipaj* valij* malet* mala malas bagag* luggage bag bags suitcase* mochil* backpack* guardar guarda* store storage bodega consigna lockers drop bultos",
    "transport": "transfer* traslad* taxi* taxis uber remis* cabify shuttle* bus buses autobus omnibus colectivo onibus micro metro subte tren trem train* aeropuerto aeroporto airport* recog* pickup buscar busc* van aluguel alquil* rental rodoviaria terminal combi cab lyft didi ride",
    "where": "donde onde where direccion endereco address ubica* ubicad* location located localiz* morada mapa map maps queda fica zona bairro barrio neighbourhood neighborhood calle rua street cerca perto near close distanc* lejos longe far pin gps coordenad* cuadras",
    "nearby": "restaurantes comer visit* conocer conhecer passeio* paseo* tour* turist* recomend* recommend* sugier* indic* farmacia* pharmacy drugstore supermercado* mercado* supermarket* grocer* playa* praia* beach* segur* safe clima tiempo weather chover lluvia museo* museum* plaza shopping atraccion* things around alrededor entorno sightsee* nightlife",
    # meals
    "breakfast": "desayun* breakfast* brekkie brekky pequenoalmoco matabicho almoco manha cafe medialunas board pension pensao allinclusive buffet bufe bufete media",
    "restaurant": "restaurant* restaurante* bar bares menu carta cardapio ementa almorz* almuerz* almoc* cen* cenar jant* dinner lunch eat vegetarian* vegan* vegano celiac* gluten comida* comedor table mesa tragos drinks cocktail*",
    "roomservice": "roomservice traer* traigan trae mandar* manden suban subir bring send hamburgues* pizza sandwich* lanche* cerveza* cerveja* beer* vino vinho wine agua water hielo gelo ice burger* pedido pedir order* coca",
    # what there is
    "pool": "piscin* pileta* alberca* pool* swim* nadar climatizad* aquecida* heated jacuzzi hidromasaje hottub",
    "gym": "gym* gimnasio* academia* ginasio spa masaje* massag* sauna* fitness workout treadmill pesas entren* hammam wellness jacuzzi vapor",
    "wifi": "wifi wi internet clave contrasena senha password red rede network senal sinal signal conexion conexao router megas",
    "parking": "estaciona* parking park parqueo parqueadero* cochera* garaje* garage* garagem aparca* auto autos carro carros coche coches car cars camioneta moto van truck vehicul* veicul* vaga valet suv",
    "pets": "mascota* perr* gat* animal* animai* cachorr* pet pets dog* doggo cat cats puppy cao caes firulais lomito michi bichon* caniche",
    "accessible": "silla ruedas cadeira rodas wheelchair* accesib* acessib* accessib* rampa* ramp* discapaci* deficien* disab* movilidad mobilidad* mobility ascensor elevador elevator lift escaler* escada* stairs step steps muleta* crutches ciego cego blind sordo surdo deaf baston andador walker abuela",
    "children": "nino* nina* ninos crianca* kid* kids child* children bebe* baby babies infant* toddler* cuna* berco cot crib trona high chair menor* hijo* hija* filho* filha* nene* chamaco* guagua* wawa* chico* guri* bebes pequeno* edad idade age",
    "rules": "fum* smok* visita* visitor* guest* ruido noise alcohol fiesta* festa* party parties musica music edad minim* permit* permitido allow* prohib* proib* cigarr* vape* adultos drink outside",
    "room": "habitacion* cuarto* quarto* room* pieza suite* doble dobles double twin individual solteiro single matrimonial cama* bed beds king queen familiar",
    "roominfo": "tamano tamanho size metros vista view balcon* sacada varanda balcony aire ar ac aircon condicionado calefac* aquec* heating ventilador fan tv tele televis* heladera nevera frigobar geladeira minibar fridge kettle pava cafetera hervidor microondas microwave banera banheira bathtub tina ducha chuveiro shower bano banheiro bathroom fotos foto photos pictures cocina cozinha kitchen* secador hairdryer diferencia* diferenca* difference*",
    "services": "lavander* laundry lavar wash caja cofre safe plancha* ferro iron* recepcion recepcao cambio exchange imprim* print* toalla toalha towels sombrilla dayuse day coworking escritorio 24h 24 concierge conserj* adaptador adapter cargador ascensor",
    "clean": "limpi* limp* clean* toalla* toalha* towel* sabana* lencol* lencois sheet* jabon sabonete soap shampoo papel toilet* higienic* almohad* travesseiro* pillow* aseo mucama camareira housekeep* arrum* tender disturb molest* manta* cobertor* blanket* frazada* cobija*",
    "broken": "roto* rota quebrad* broken broke dana* estrag* funciona* anda works work working sirve descompuest* averiad* arreglar consert* fix goteo gotea got* pinga leak* sucio sucia sujo suja dirty mugr* cucaracha* barata bug* bichos hormigas moho mofo mold ruido* ruidos* barulh* noise noisy olor cheiro smell* fedor apesta stink* frio fria cold hot tapad* entup* clog* flood* queja reclam* reclamo complain* terrible pesim* horrible awful disgust* asco verguenza vergonha unacceptable inaceptable problem*",
    "negative": "no nao not don't dont nunca never sin sem can't doesn't isn't won't didn't ni tampoco ningun nenhum",
    "lost": "olvid* esquec* forgot* forget* perd* lost lose dej* deix* left robaron robo roub* stolen stole steal extravi* found encontr* achad*",
    "special": "aniversario* anniversary cumple* birthday luna miel mel honeymoon pastel torta bolo cake flores flowers rosas decor* sorpres* surprise* globos petalos piso andar alto floor high quiet tranquil* silencios* juntas together alerg* allerg* connecting comunicad* contigu* adjoin* champan* vela*",
    "group": "grupo* group* boda* casament* wedding* evento* event* reunion* reuniao meeting* congres* conference* convencion* empresa* company corporat* agencia* agency salon sala quince* equipo team delegac* excurs* travelagent bus habitaciones",
    "emergency": "emergenc* ambulanc* incendi* fuego fogo fire humo fumaca smoke gas medico doctor hospital sangr* bleed* desmay* desmai* faint* unconscious infarto heart respir* breath* polic* bombero* bombeiro* auxilio socorro help atrapad* presos preso trapped stuck golpe* peg* bate* attack* amenaz* ameac* threat* suicid* matar* morir morrer die arma gun knife cuchillo",
    # manners
    "greet": "hola ola oi hello hi hey holi buenas buenos bom boa good morning afternoon evening quiubo onda",
    "thanks": "gracias obrigad* thank* thx valeu vlw agradec* grato cheers ty",
    "bye": "adios chau chao tchau bye goodbye luego ate logo later nos vemos see",
    "yes": "si sim yes yeah yep dale claro ok okay vale sure perfecto perfeito perfect correcto listo beleza fechado simon exacto isso",
    "nope": "no nao nope nah nop neg nada ninguno jamas",
    "bot": "bot robot robo maquina machine ia ai chatbot virtual automatic* asistente assistente assistant",
    "time": "hora* horario* time hour* que cuando quando when what",
    "stray": "trabajo trabalho job vacante* emprego empleo cv curriculum crypto bitcoin invert* invest* prestamo* emprestimo loan chiste piada joke receta receita recipe tarea homework ignore instrucc* instruc* prompt presidente politica gol futbol futebol amor novia novio mami mamae mama papi vendo sell compr* proveed*",
}  # fmt: skip

_WHOLE: Final[dict[str, list[str]]] = {}
_STEMS: Final[dict[str, list[str]]] = {}
for _concept, _words in CONCEPTS.items():
    for _word in _words.split():
        _place = _STEMS if _word.endswith("*") else _WHOLE
        _place.setdefault(_word.removesuffix("*"), []).append(_concept)
LONGEST: Final = max(map(len, _STEMS))
SHORTEST: Final = min(map(len, _STEMS))


@lru_cache(maxsize=4096)
def concepts_of(word: str) -> Sequence[str]:
    """Everything that a word may mean to a front desk."""
    found = list(_WHOLE.get(word, ()))
    for length in range(SHORTEST, min(len(word), LONGEST) + 1):
        found += _STEMS.get(word[:length], ())
    return tuple(dict.fromkeys(found))
